import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { Settings } from '../config/settings.js';
import { serverTimeouts } from './data-source-options.js';
import { disconnect } from './disconnect.js';
import { migrate } from './migrate.js';
import { isDirect } from './statements/is-direct.js';
import { poolOf } from './statements/pool-of.js';

const RETRY_MS = 500;

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
    // Once it is ready, requests are using the connections.
    if (!this.started) this.stopping.abort();
    await this.run;
  }

  private async retry(): Promise<void> {
    const { signal } = this.stopping;
    let reported = '';
    while (!this.started && !this.stopping.signal.aborted) {
      try {
        await this.start();
        this.logger.log('The database is ready');
      } catch (error) {
        // The next attempt is to find out anew, and not to wait where this one has waited in vain.
        await disconnect(this.dataSource);
        if (signal.aborted) return;
        const reason = String(error);
        if (reason !== reported) this.logger.error(`The database is not ready: ${reason}`);
        reported = reason;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async start(): Promise<void> {
    if (!this.dataSource.isInitialized) await this.connect();
    if (this.settings.MIGRATIONS === 'auto') {
      const names = await migrate(
        this.dataSource.options as PostgresDataSourceOptions,
        this.stopping.signal,
      );
      if (names.length > 0) this.logger.log(`Migrated: ${names.join(', ')}`);
    }
    await this.adaptToPooler();
    this.started = true;
  }

  /** A pooler between may run each statement in another session, so that nothing can be left to a session. */
  private async adaptToPooler(): Promise<void> {
    const pool = poolOf(this.dataSource);
    if (!pool) return;
    const { DATABASE_PIPELINES, DATABASE_POOL_SIZE, DATABASE_NAMED_STATEMENTS } = this.settings;
    const direct = await isDirect(pool);
    if (!direct) {
      this.logger.log('A pooler is between: no pipelines, and each transaction sets its timeouts');
      pool.transactionSettings = Object.entries(serverTimeouts(this.settings))
        .map(([name, milliseconds]) => `SET LOCAL ${name} = ${milliseconds}`)
        .join('; ');
    }
    pool.allowed = {
      pipelines: direct ? Math.min(DATABASE_PIPELINES, DATABASE_POOL_SIZE - 1) : 0,
      names: DATABASE_NAMED_STATEMENTS === 'auto' ? direct : DATABASE_NAMED_STATEMENTS === 'always',
    };
  }

  private async connect(): Promise<void> {
    const { extra } = this.dataSource.options as { extra: Record<string, unknown> };
    const { signal } = this.stopping;
    // Who stops a start that waits for an answer does not wait for it, too.
    extra.stream = () => new Socket(this.started ? {} : { signal });
    try {
      await this.dataSource.initialize();
    } catch (error) {
      if (!isUnsupportedParameter(error)) throw error;
      // PgBouncer refuses start-up parameters; the transactions then set the timeouts.
      for (const name of Object.keys(serverTimeouts(this.settings))) extra[name] = undefined;
      await this.dataSource.initialize();
    }
  }
}

function isUnsupportedParameter(error: unknown): boolean {
  return error instanceof Error && error.message.includes('unsupported startup parameter');
}
