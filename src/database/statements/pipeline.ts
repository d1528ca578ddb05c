import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { PooledClient } from './renewing-pool.js';
import { isConnectionOfNoUse } from '../../errors/sqlstates.js';

/**
 * A statement in a pipeline that meets a lock makes way after this time, in milliseconds, because those
 * behind it wait, too.
 */
const LOCK_TIMEOUT_MS = 20;

/** A pipeline that has given no answer for so long, in milliseconds, gets nothing more to do. */
const STALLED_MS = 250;

/** Statements under way in one pipeline, at most. */
const LONGEST = 64;

/** A connection that many share: statements are sent before those ahead of them have been answered. */
export class Pipeline {
  underWay = 0;
  writesUnderWay = 0;
  /** Whether it was found to be silent, and so was closed. */
  isSilent = false;
  /** When it last gave an answer, or got the first statement after a rest. */
  private moved = 0;
  private client?: PooledClient;
  private closed = false;
  /** What the next statement waits for: the connection itself, or that it answers after a rest. */
  private ready: Promise<unknown>;

  /**
   * @param connecting resolves to undefined when there is no connection to be had
   * @param onClose called once, when it cannot be used any more
   */
  constructor(
    connecting: Promise<PooledClient | undefined>,
    private readonly onClose: (pipeline: Pipeline) => void,
  ) {
    this.ready = connecting.then(
      (client) => {
        this.begin(client);
      },
      (error: unknown) => {
        this.close();
        throw error;
      },
    );
    // Who waits for it hears of it, too.
    this.ready.catch(() => undefined);
  }

  /** When its connection was opened; not yet, if it is still being opened. */
  get opened(): number {
    return this.client?.opened ?? Infinity;
  }

  /** Whether it takes one more. */
  hasRoom(now: number): boolean {
    return this.underWay === 0 || (this.underWay < LONGEST && now - this.moved <= STALLED_MS);
  }

  /**
   * Sends a statement behind those under way.
   *
   * @returns undefined if there was no connection to send it on, so that it may go elsewhere
   */
  async run<R extends QueryResultRow>(
    query: QueryConfig,
    writes: boolean,
  ): Promise<QueryResult<R> | undefined> {
    if (this.underWay === 0) {
      this.moved = performance.now();
      if (this.client?.hasRested) this.ready = this.wake(this.client);
    }
    this.underWay += 1;
    this.writesUnderWay += Number(writes);
    try {
      await this.ready;
      if (!this.client || this.closed) return undefined;
      joinWrites(this.client);
      return await this.client.run<R>(query);
    } catch (error) {
      if (isConnectionOfNoUse(error)) this.close();
      throw error;
    } finally {
      this.underWay -= 1;
      this.writesUnderWay -= Number(writes);
      this.moved = performance.now();
    }
  }

  /**
   * Gives up the connection, which no one else may use: its settings are not those of the others. What is
   * under way is still answered.
   */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.client?.release(true);
    this.onClose(this);
  }

  /** Gives the connection back to the pool, as any other of it, once what is under way has been answered. */
  giveBack(): void {
    if (this.closed) return;
    this.closed = true;
    const { client } = this;
    client?.query('RESET lock_timeout').then(
      () => {
        client.release();
      },
      () => {
        client.release(true);
      },
    );
    this.onClose(this);
  }

  /** Gives it up at once if it rests, since it may be one that the network has forgotten. */
  retire(): void {
    if (this.underWay === 0) this.client?.cut();
    this.close();
  }

  private begin(client: PooledClient | undefined): void {
    if (!client || this.closed) {
      client?.release();
      this.close();
      return;
    }
    this.client = client;
    const close = () => {
      this.close();
    };
    client.once('error', close);
    client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`).catch(close);
  }

  /** After a rest, the connection may be gone without a word; a statement must not find that out. */
  private async wake(client: PooledClient): Promise<void> {
    if (await client.answers()) return;
    this.isSilent = true;
    this.close();
  }
}

/** Statements of one turn of the event loop leave in one write. */
function joinWrites({ connection: { stream } }: PooledClient): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => {
    stream.uncork();
  });
}
