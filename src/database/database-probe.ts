import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AppError } from '../errors/app-error.js';
import type { DatabaseClient } from './statements/database-client.js';
import { inTime } from './statements/in-time.js';
import type { PipelinedPool } from './statements/pipelined-pool.js';
import { poolOf } from './statements/pool-of.js';
import { isTooManyConnections } from '../errors/sqlstates.js';

/** Longest wait for the database's answer, in milliseconds. */
const PATIENCE_MS = 1_000;

const QUESTION = { text: "SELECT current_setting('transaction_read_only') AS read_only" };

/**
 * Asks the database whether it takes writes, on a connection of its own: whoever has taken all the others
 * has not stopped the service.
 */
@Injectable()
export class DatabaseProbe implements OnApplicationShutdown {
  private client?: DatabaseClient;
  private asking?: Promise<void>;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Resolves if it does; those who ask meanwhile share the answer.
   *
   * @throws AppError `SERVICE_UNAVAILABLE` when it has not been reached, says nothing for a second or only
   *   lets read; what pg throws
   */
  check(): Promise<void> {
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  onApplicationShutdown(): void {
    this.close();
  }

  private async ask(): Promise<void> {
    const pool = poolOf(this.dataSource);
    if (!pool) throw unavailable('not connected yet');
    // A session keeps the default that it began with, so a refused write tells more than an older one.
    if (this.client && !pool.takesWritesSince(this.client.opened)) this.close();
    try {
      if (await inTime(this.isReadOnly(pool), PATIENCE_MS)) throw unavailable('it is read-only');
    } catch (error) {
      // The next one to ask gets a new session.
      this.close();
      throw error;
    }
  }

  private async isReadOnly(pool: PipelinedPool): Promise<boolean> {
    try {
      this.client ??= await this.open(pool);
    } catch (error) {
      if (!isTooManyConnections(error)) throw error;
    }
    const { rows } = this.client
      ? await this.client.query<{ read_only: string }>(QUESTION)
      : await pool.queryInPipeline<{ read_only: string }>(QUESTION, false);
    return rows[0]?.read_only === 'on';
  }

  private async open(pool: PipelinedPool): Promise<DatabaseClient> {
    const client = await pool.connectApart(PATIENCE_MS);
    client.once('end', () => {
      if (this.client === client) this.client = undefined;
    });
    return client;
  }

  private close(): void {
    this.client?.cut();
    this.client = undefined;
  }
}

function unavailable(why: string): AppError {
  return new AppError('SERVICE_UNAVAILABLE', { cause: new Error(`the database: ${why}`) });
}
