import pg, { type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { isLockTimeout } from './is-lock-timeout.js';

/**
 * A statement in a pipeline that meets a lock makes way after this time, in milliseconds, because those
 * behind it wait, too. It is then run once more on a connection of its own, with the usual timeout.
 */
const PIPELINE_LOCK_TIMEOUT_MS = 20;

/** Statements under way in one pipeline, at most; more of them wait for a connection of their own. */
const LONGEST_PIPELINE = 64;

/** Reads that share a pipeline before the next one is used: the more leave and arrive together, the less each costs. */
const READS_TOGETHER = 8;

/** A connection that many share: statements are sent before those ahead of them have been answered. */
interface Pipeline {
  readonly client: Promise<PoolClient>;
  underWay: number;
}

/**
 * A pool some of whose connections are pipelines. Short statements go into them, and everything else,
 * transactions first of all, has a connection to itself, as in any pool.
 * https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
 */
export class PipelinedPool extends pg.Pool {
  /** What the way to the server allows: how many pipelines, and statements that keep their names. */
  allowed = { pipelines: 0, names: false };
  private readonly pipelines: Pipeline[] = [];

  /**
   * Runs a short statement that is a transaction by itself.
   *
   * @param writes whether it changes something: then it takes the pipeline with the least ahead of it,
   *   each of which waits for a disk
   */
  async queryInPipeline<R extends QueryResultRow>(
    query: QueryConfig,
    writes: boolean,
  ): Promise<QueryResult<R>> {
    const pipeline = this.choose(writes ? 1 : READS_TOGETHER);
    if (!pipeline) return this.query<R>(query);
    pipeline.underWay += 1;
    try {
      const client = await pipeline.client;
      joinWrites(client);
      return await client.query<R>(query);
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      return await this.query<R>(query);
    } finally {
      pipeline.underWay -= 1;
    }
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | undefined {
    this.allowed = { pipelines: 0, names: false };
    for (const pipeline of [...this.pipelines]) {
      pipeline.client.then(
        (client) => {
          this.close(pipeline, client);
        },
        () => undefined,
      );
    }
    if (!callback) return super.end();
    super.end(callback);
    return undefined;
  }

  /** The first pipeline with fewer than so many statements under way, a new one, or the least busy. */
  private choose(together: number): Pipeline | undefined {
    let least: Pipeline | undefined;
    for (const pipeline of this.pipelines) {
      if (pipeline.underWay < together) return pipeline;
      if (!least || pipeline.underWay < least.underWay) least = pipeline;
    }
    if (this.pipelines.length < this.allowed.pipelines) return this.open();
    return least && least.underWay < LONGEST_PIPELINE ? least : undefined;
  }

  private open(): Pipeline {
    const pipeline: Pipeline = { client: this.connect(), underWay: 0 };
    this.pipelines.push(pipeline);
    pipeline.client.then(
      (client) => {
        client.once('error', (error: Error) => {
          this.close(pipeline, client, error);
        });
        client.query(`SET lock_timeout = ${PIPELINE_LOCK_TIMEOUT_MS}`).catch((error: Error) => {
          this.close(pipeline, client, error);
        });
      },
      () => this.forget(pipeline),
    );
    return pipeline;
  }

  /** The connection is not used again: its settings are not those of the others. */
  private close(pipeline: Pipeline, client: PoolClient, error?: Error): void {
    if (this.forget(pipeline)) client.release(error ?? true);
  }

  /** Whether the pipeline was still there. */
  private forget(pipeline: Pipeline): boolean {
    const at = this.pipelines.indexOf(pipeline);
    if (at >= 0) this.pipelines.splice(at, 1);
    return at >= 0;
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
