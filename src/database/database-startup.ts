import { setTimeout as sleep } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import { migrate } from './migrate.js';

const RETRY_MS = 1_000;

/**
 * Connects to the database and brings its schema up to date, for as long as it takes: the process
 * listens meanwhile, so that whoever watches it can tell "waiting for its database" from "dead".
 */
@Injectable()
export class DatabaseStartup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DatabaseStartup.name);
  private readonly stopping = new AbortController();
  private started = false;
  private run: Promise<void> = Promise.resolve();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly settings: Settings,
  ) {}

  /** Whether the database has been reached and its schema is that of this version. */
  get isReady(): boolean {
    return this.started;
  }

  /** Resolves once the database is ready or the application stops. */
  get finished(): Promise<void> {
    return this.run;
  }

  onApplicationBootstrap(): void {
    this.run = this.retry();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.run;
  }

  private async retry(): Promise<void> {
    const { signal } = this.stopping;
    while (!this.started && !signal.aborted) {
      try {
        await this.start();
      } catch (error) {
        this.logger.error(`The database is not ready, trying again: ${String(error)}`);
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async start(): Promise<void> {
    if (!this.dataSource.isInitialized) await this.dataSource.initialize();
    if (this.settings.MIGRATIONS === 'auto') {
      const names = await migrate(this.dataSource);
      if (names.length > 0) this.logger.log(`Migrated: ${names.join(', ')}`);
    }
    this.started = true;
  }
}
