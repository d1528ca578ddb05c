import pg, { type PoolConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { Pipeline } from './pipeline.js';
import { isLockTimeout, isNameOfNoUse } from './statement-errors.js';

/** Reads that share a pipeline before the next one is used: what leaves and arrives together costs less. */
const READS_TOGETHER = 8;

/** A statement that has waited longer, in milliseconds, is not run again: its client is not that patient. */
const SOON_MS = 500;

/**
 * A pool some of whose connections are pipelines. Short statements go into them, and everything else,
 * transactions first of all, has a connection to itself, as in any pool.
 * https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
 */
export class PipelinedPool extends pg.Pool {
  /** What the way to the server allows: how many pipelines, and statements that keep their names. */
  allowed = { pipelines: 0, names: false };
  private readonly pipelines = new Set<Pipeline>();

  constructor(options: PoolConfig) {
    super(options);
    // Who uses a connection learns from its statement that it broke; unheard, the event ends the process.
    this.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Runs a statement on a connection of its own. */
  async queryAlone<R extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<R>> {
    const client = await this.connect();
    let broken: Error | undefined;
    try {
      return await client.query<R>(query);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || isNameOfNoUse(error)) broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /**
   * Runs a short statement that is a transaction by itself, behind others. One that meets a lock is run
   * once more on a connection of its own, where it may wait.
   *
   * @param writes whether it changes something, and so waits for a disk: then it takes the pipeline with
   *   the least ahead of it, which reads avoid
   */
  async queryInPipeline<R extends QueryResultRow>(
    query: QueryConfig,
    writes: boolean,
  ): Promise<QueryResult<R>> {
    const began = performance.now();
    const pipeline = this.choose(writes, began);
    if (!pipeline) return this.queryAlone<R>(query);
    try {
      return await pipeline.run<R>(query, writes);
    } catch (error) {
      if (isNameOfNoUse(error)) pipeline.close(error as Error);
      if (!isLockTimeout(error) || performance.now() - began > SOON_MS) throw error;
    }
    return this.queryAlone<R>(query);
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | undefined {
    this.allowed = { pipelines: 0, names: false };
    for (const pipeline of this.pipelines) pipeline.close();
    if (!callback) return super.end();
    super.end(callback);
    return undefined;
  }

  /** A pipeline that suits the statement, or a new one, or the least busy; undefined when none has room. */
  private choose(writes: boolean, now: number): Pipeline | undefined {
    let least: Pipeline | undefined;
    for (const pipeline of this.pipelines) {
      const { underWay, writesUnderWay } = pipeline;
      if (!pipeline.hasRoom(now)) continue;
      if (underWay === 0) return pipeline;
      if (!writes && writesUnderWay === 0 && underWay < READS_TOGETHER) return pipeline;
      if (!least || underWay < least.underWay) least = pipeline;
    }
    return this.pipelines.size < this.allowed.pipelines ? this.open() : least;
  }

  private open(): Pipeline {
    const pipeline = new Pipeline(this.connect(), (closed) => this.pipelines.delete(closed));
    this.pipelines.add(pipeline);
    return pipeline;
  }
}
