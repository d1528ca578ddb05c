import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import {
  isConnectionOfNoUse,
  isLockTimeout,
  isTooManyConnections,
} from '../../errors/sqlstates.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { inTransaction } from './in-transaction.js';
import { Pipeline } from './pipeline.js';
import { RenewingPool, type PooledClient } from './renewing-pool.js';

/** Reads that share a pipeline before the next one is used: what leaves and arrives together costs less. */
const READS_TOGETHER = 8;

/** A statement that has waited longer, in milliseconds, is not run again: its client is not that patient. */
const SOON_MS = 500;

/**
 * A pool some of whose connections are pipelines. Short statements go into them, and everything else,
 * transactions first of all, has a connection to itself, as in any pool.
 * https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
 */
export class PipelinedPool extends RenewingPool {
  /** Set once connected: how many pipelines may be opened, and whether sessions keep prepared statements. */
  allowed = { pipelines: 0, names: false };
  /** Settings that each statement brings along in a transaction of its own, where a session keeps none. */
  transactionSettings?: string;
  private readonly pipelines = new Set<Pipeline>();
  private readonly perUser = new ConcurrencyLimit();

  /**
   * Runs a statement on a connection of its own.
   *
   * @param user who asked for it, and waits while half of these connections are at work for this user
   */
  queryAlone<R extends QueryResultRow>(query: QueryConfig, user?: string): Promise<QueryResult<R>> {
    const deadline = performance.now() + this.patience;
    const run = () => this.runAlone<R>(query, deadline);
    return user === undefined
      ? run()
      : this.perUser.run(user, this.mostPerUser, this.patience, run);
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
    user?: string,
  ): Promise<QueryResult<R>> {
    const began = performance.now();
    let pipeline: Pipeline | undefined;
    while ((pipeline = this.choose(writes, performance.now()))) {
      try {
        const result = await pipeline.run<R>(query, writes);
        if (result) return result;
        if (pipeline.isSilent) this.renew(pipeline.opened);
      } catch (error) {
        if (isLockTimeout(error) && performance.now() - began <= SOON_MS) break;
        if (!this.needsNewerSession(error, pipeline.opened)) throw error;
      }
    }
    return this.queryAlone<R>(query, user);
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

  /** How many pipelines there may be now: one connection is for the others. */
  private get mostPipelines(): number {
    return Math.min(this.allowed.pipelines, this.options.max - 1);
  }

  /** How many of the connections that are not pipelines may be at work for one user. */
  private get mostPerUser(): number {
    return Math.max(1, Math.floor((this.options.max - this.mostPipelines) / 2));
  }

  private async runAlone<R extends QueryResultRow>(
    query: QueryConfig,
    deadline: number,
  ): Promise<QueryResult<R>> {
    for (;;) {
      const client = await this.acquireAlone(deadline);
      let isOfNoUse = false;
      try {
        return this.transactionSettings === undefined
          ? await client.run<R>(query)
          : await inTransaction<R>(client, this.transactionSettings, query);
      } catch (error) {
        isOfNoUse = isConnectionOfNoUse(error);
        if (!this.needsNewerSession(error, client.opened)) throw error;
      } finally {
        client.release(isOfNoUse);
      }
    }
  }

  /** As `acquire`; when the server lets no more connections in, waits for one of those that are open. */
  private async acquireAlone(deadline: number): Promise<PooledClient> {
    for (;;) {
      try {
        return await this.acquire(deadline);
      } catch (error) {
        if (!isTooManyConnections(error)) throw error;
        this.makeDo();
        if (this.open === 0 || performance.now() > deadline) throw error;
      }
    }
  }

  /** A pipeline that suits the statement, or a new one, or the least busy; undefined when none has room. */
  private choose(writes: boolean, now: number): Pipeline | undefined {
    let least: Pipeline | undefined;
    for (const pipeline of this.pipelines) {
      const { underWay, writesUnderWay } = pipeline;
      if (!this.isCurrent(pipeline.opened)) {
        pipeline.retire();
        continue;
      }
      if (!pipeline.hasRoom(now)) continue;
      if (underWay === 0) return pipeline;
      if (!writes && writesUnderWay === 0 && underWay < READS_TOGETHER) return pipeline;
      if (!least || underWay < least.underWay) least = pipeline;
    }
    return this.pipelines.size < this.mostPipelines ? this.openPipeline() : least;
  }

  private openPipeline(): Pipeline {
    const connecting = this.acquire(performance.now() + this.patience).catch((error: unknown) => {
      this.pipelines.delete(pipeline);
      if (!isTooManyConnections(error)) throw error;
      this.makeDo();
      return undefined;
    });
    const pipeline = new Pipeline(connecting, (closed) => this.pipelines.delete(closed));
    this.pipelines.add(pipeline);
    return pipeline;
  }

  /** Goes on with the connections that are open, one of which is not to be a pipeline. */
  private makeDo(): void {
    this.limitToOpen();
    for (const surplus of [...this.pipelines].slice(this.mostPipelines)) surplus.giveBack();
  }
}
