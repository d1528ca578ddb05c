import { Injectable } from '@nestjs/common';
import {
  HealthCheckService,
  HealthIndicatorService,
  TypeOrmHealthIndicator,
} from '@nestjs/terminus';
import { DatabaseStartup } from '../database/database-startup.js';
import type { HealthDto } from './health.dto.js';

/** Longest wait for the database's answer, in milliseconds. */
const PING_TIMEOUT_MS = 1_000;

@Injectable()
export class HealthService {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly startup: DatabaseStartup,
  ) {}

  /** Answers as long as the process can answer at all. */
  async live(): Promise<HealthDto> {
    await this.health.check([]);
    return { status: 'ok' };
  }

  /** @throws ServiceUnavailableException when the schema is not ready or the database does not answer */
  async ready(): Promise<HealthDto> {
    const schema = this.indicators.check('schema');
    await this.health.check([
      () => (this.startup.isReady ? schema.up() : schema.down()),
      () => this.database.pingCheck('database', { timeout: PING_TIMEOUT_MS }),
    ]);
    return { status: 'ok' };
  }
}
