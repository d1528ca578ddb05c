import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';

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
  /** When it last gave an answer, or got the first statement after a rest. */
  private moved = 0;
  private client?: PoolClient;
  private closed = false;

  /** @param onClose called once, when it cannot be used any more */
  constructor(
    private readonly connecting: Promise<PoolClient>,
    private readonly onClose: (pipeline: Pipeline) => void,
  ) {
    connecting.then(
      (client) => {
        this.begin(client);
      },
      () => {
        this.close();
      },
    );
  }

  /** Whether it takes one more. */
  hasRoom(now: number): boolean {
    return this.underWay === 0 || (this.underWay < LONGEST && now - this.moved <= STALLED_MS);
  }

  /** Sends a statement behind those under way. */
  async run<R extends QueryResultRow>(
    query: QueryConfig,
    writes: boolean,
  ): Promise<QueryResult<R>> {
    if (this.underWay === 0) this.moved = performance.now();
    this.underWay += 1;
    this.writesUnderWay += Number(writes);
    try {
      const client = await this.connecting;
      joinWrites(client);
      return await client.query<R>(query);
    } finally {
      this.underWay -= 1;
      this.writesUnderWay -= Number(writes);
      this.moved = performance.now();
    }
  }

  /** Gives up the connection, which no one else may use: its settings are not those of the others. */
  close(error?: Error): void {
    if (this.closed) return;
    this.closed = true;
    this.client?.release(error ?? true);
    this.onClose(this);
  }

  private begin(client: PoolClient): void {
    if (this.closed) {
      client.release(true);
      return;
    }
    this.client = client;
    const close = (error: Error) => {
      this.close(error);
    };
    client.once('error', close);
    client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`).catch(close);
  }
}

/** Statements of one turn of the event loop leave in one write. */
function joinWrites({ connection: { stream } }: PoolClient): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => {
    stream.uncork();
  });
}
