import { Injectable } from '@nestjs/common';
import { DatabaseProbe } from '../database/database-probe.js';
import { DatabaseStartup } from '../database/database-startup.js';
import { AppError } from '../errors/app-error.js';
import type { HealthDto } from './health.dto.js';

@Injectable()
export class HealthService {
  constructor(
    private readonly startup: DatabaseStartup,
    private readonly database: DatabaseProbe,
  ) {}

  /** Answers as long as the process can answer at all. */
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** @throws AppError `SERVICE_UNAVAILABLE` when the schema is not ready or the database takes no writes */
  async ready(): Promise<HealthDto> {
    if (!this.startup.isReady) {
      throw new AppError('SERVICE_UNAVAILABLE', { cause: new Error('the schema is not ready') });
    }
    await this.database.check();
    return { status: 'ok' };
  }
}
