import pg, { type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { isLockTimeout } from './is-lock-timeout.js';

/**
 * A statement in a pipeline that meets a lock makes way after this time, in milliseconds, because those
 * behind it wait, too. It is then run once more on a connection of its own, with the usual timeout.
 */
const PIPELINE_LOCK_TIMEOUT_MS = 20;

/** Statements under way in one pipeline, at most; more of them wait for a connection of their own. */
const LONGEST_PIPELINE = 64;

/** A connection that many share: statements are sent before those ahead of them have been answered. */
interface Pipeline {
  readonly client: Promise<PoolClient>;
  underWay: number;
}

/**
 * A pool some of whose connections are pipelines. A short statement goes into the least busy of them, and
 * everything else, transactions first of all, has a connection to itself, as in any pool.
 * https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
 */
export class PipelinedPool extends pg.Pool {
  /** What the way to the server allows: how many pipelines, and statements that keep their names. */
  allowed = { pipelines: 0, names: false };
  private readonly pipelines = new Set<Pipeline>();

  /** Runs a short statement that is a transaction by itself. */
  async queryInPipeline<R extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<R>> {
    const pipeline = this.leastBusy();
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
    for (const pipeline of this.pipelines) {
      void pipeline.client.then((client) => {
        this.close(pipeline, client);
      });
    }
    if (!callback) return super.end();
    super.end(callback);
    return undefined;
  }

  private leastBusy(): Pipeline | undefined {
    if (this.pipelines.size < this.allowed.pipelines) return this.open();
    let least: Pipeline | undefined;
    for (const pipeline of this.pipelines) {
      if (!least || pipeline.underWay < least.underWay) least = pipeline;
    }
    return least && least.underWay < LONGEST_PIPELINE ? least : undefined;
  }

  private open(): Pipeline {
    const pipeline: Pipeline = { client: this.connect(), underWay: 0 };
    this.pipelines.add(pipeline);
    pipeline.client.then(
      (client) => {
        client.once('error', (error: Error) => {
          this.close(pipeline, client, error);
        });
        client.query(`SET lock_timeout = ${PIPELINE_LOCK_TIMEOUT_MS}`).catch((error: Error) => {
          this.close(pipeline, client, error);
        });
      },
      () => this.pipelines.delete(pipeline),
    );
    return pipeline;
  }

  /** The connection is not used again: its settings are not those of the others. */
  private close(pipeline: Pipeline, client: PoolClient, error?: Error): void {
    if (this.pipelines.delete(pipeline)) client.release(error ?? true);
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
