import pg, { type PoolClient, type PoolConfig } from 'pg';
import { DatabaseClient } from './database-client.js';
import { inTime } from './in-time.js';
import { isReadOnly } from '../../errors/sqlstates.js';

export type PooledClient = DatabaseClient & PoolClient;

/** A connection younger than this, in milliseconds, is as good as a new one. */
const YOUNG_MS = 1_000;

/** How long no further connection is tried, in milliseconds, after the server has refused one. */
const REFUSED_MS = 5_000;

/** A pool that hands out connections which are alive, and can replace all of them. */
export class RenewingPool extends pg.Pool {
  /** Connections, at most. */
  protected readonly size: number;
  /** Connections that the server has let in; `totalCount` also has those that it may still refuse. */
  protected open = 0;
  /** Connections that were opened earlier are used no more. */
  private renewed = -Infinity;
  /** When a session that may only read last refused a write. */
  private refusedWrite = -Infinity;
  private limited?: NodeJS.Timeout;

  constructor(options: PoolConfig) {
    super({ ...options, Client: DatabaseClient });
    this.size = this.options.max;
    this.on('connect', (client) => {
      this.admit(client);
    });
  }

  /** Longest wait for a connection, in milliseconds. */
  get patience(): number {
    return Number(this.options.connectionTimeoutMillis);
  }

  /**
   * A connection that is none of the pool's, for who must not wait for them. The caller cuts it.
   *
   * @param patience longest wait, in milliseconds
   * @throws what pg throws, AppError `SERVICE_UNAVAILABLE` when the wait is too long
   */
  async connectApart(patience: number): Promise<DatabaseClient> {
    const client = new DatabaseClient(this.options);
    // Unheard, the event ends the process; `end` follows it.
    client.on('error', () => undefined);
    try {
      await inTime(client.connect(), patience);
    } catch (error) {
      client.cut();
      throw error;
    }
    return client;
  }

  /** Whether nothing has shown since then that sessions may have become read-only. */
  takesWritesSince(opened: number): boolean {
    return opened > this.refusedWrite;
  }

  /**
   * A connection of the pool that is alive.
   *
   * @param deadline when to give up, on the clock of `performance.now()`
   * @throws what pg throws; AppError `SERVICE_UNAVAILABLE` when the wait is too long
   */
  protected async acquire(deadline: number): Promise<PooledClient> {
    for (;;) {
      const connecting = this.connect() as Promise<PooledClient>;
      const client = await inTime(connecting, deadline - performance.now()).catch(
        (error: unknown) => {
          connecting.then(
            (late) => {
              late.release();
            },
            () => undefined,
          );
          throw error;
        },
      );
      if (this.isCurrent(client.opened) && (!client.hasRested || (await client.answers())))
        return client;
      this.renew(client.opened);
      client.cut();
      client.release(true);
    }
  }

  /** Whether a connection of that age may be used. */
  protected isCurrent(opened: number): boolean {
    return opened >= this.renewed;
  }

  /**
   * Has every connection replaced, since one of that age is of no use.
   *
   * @returns whether a new one may do better; not if that one is young
   */
  protected renew(opened: number): boolean {
    if (!this.isCurrent(opened)) return true;
    const now = performance.now();
    if (now - opened < YOUNG_MS) return false;
    this.renewed = now;
    return true;
  }

  /** Whether a write was refused by a session that may only read, while a newer one may do it. */
  protected needsNewerSession(error: unknown, opened: number): boolean {
    if (!isReadOnly(error)) return false;
    this.refusedWrite = performance.now();
    return this.renew(opened);
  }

  /** Opens no further connections for 5 s, because the server has refused one (SQLSTATE 53300). */
  protected limitToOpen(): void {
    this.options.max = Math.max(1, this.open);
    clearTimeout(this.limited);
    this.limited = setTimeout(() => {
      this.options.max = this.size;
    }, REFUSED_MS).unref();
  }

  private admit(client: PoolClient): void {
    // Who uses a connection learns from its statement that it broke; without a listener, the event would
    // end the process.
    client.on('error', () => undefined);
    this.open += 1;
    client.once('end', () => (this.open -= 1));
    // It may have been let in after another one had been refused.
    this.options.max = Math.min(this.size, Math.max(this.options.max, this.open));
  }
}
