import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { Deadline } from './deadline.js';
import { disconnect } from './disconnect.js';
import type { DatabaseClientConfig } from './statements/database-client.js';

/** Any number will do, if no one else in the database uses it: "tasks" in ASCII. */
export const MIGRATION_LOCK = 0x7461736b73;

/** Pause before asking again whether another process has migrated, in milliseconds. */
const POLL_MS = 500;
/** Longest wait for an answer that takes no work, in milliseconds. */
const ANSWER_MS = 5_000;
/** Longest run of all pending migrations, in milliseconds: beyond it, the network has lost their end. */
const LONGEST_MS = 15 * 60_000;
/** What PostgreSQL allows between two statements, in milliseconds: a process that was lost holds up nobody. */
const LONGEST_SILENCE_MS = 10_000;

/**
 * Runs the pending migrations, all or none. Processes that start together wait for each other, however long
 * it takes, on a lock that ends with the transaction, so that it also works behind a pooler in transaction
 * mode. It is asked for again and again, since who waits inside PostgreSQL cannot tell a long wait from a
 * lost network.
 * https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 *
 * @param stopping breaks the connection, which undoes what has been done so far
 * @returns the names of the migrations that were run
 */
export async function migrate(
  options: PostgresDataSourceOptions,
  stopping: AbortSignal = new AbortController().signal,
): Promise<string[]> {
  const deadline = new Deadline(stopping);
  const dataSource = new DataSource(withoutTimeouts(options, { stream: deadline.stream }));
  try {
    deadline.allow(ANSWER_MS + (options.connectTimeoutMS ?? 0));
    await dataSource.initialize();
    for (;;) {
      deadline.allow(ANSWER_MS);
      const names = await migrateUnlessLocked(dataSource, deadline);
      if (names) return names;
      deadline.clear();
      await sleep(POLL_MS, undefined, { signal: stopping });
    }
  } catch (error) {
    // Whatever a broken connection says, this says why it was broken.
    deadline.signal.throwIfAborted();
    throw error;
  } finally {
    deadline.clear();
    await disconnect(dataSource);
  }
}

/** @returns undefined when another process is migrating */
function migrateUnlessLocked(
  dataSource: DataSource,
  deadline: Deadline,
): Promise<string[] | undefined> {
  return dataSource.transaction(async ({ queryRunner }) => {
    if (!queryRunner || !(await takeLock(queryRunner))) return undefined;
    deadline.allow(LONGEST_MS);
    const executor = new MigrationExecutor(dataSource, queryRunner);
    executor.transaction = 'none';
    const done = await executor.executePendingMigrations();
    return done.map(({ name }) => name);
  });
}

/** Takes the lock or does not, and lifts the timeouts, which may also be defaults of the role. */
async function takeLock(queryRunner: QueryRunner): Promise<boolean> {
  // One statement, so that there is no moment at which a lost process has the lock and no limit.
  const [row] = (await queryRunner.query(
    `SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true),
      set_config('idle_in_transaction_session_timeout', '${LONGEST_SILENCE_MS}', true),
      pg_try_advisory_xact_lock($1) AS taken`,
    [MIGRATION_LOCK],
  )) as { taken: boolean }[];
  return row?.taken ?? false;
}

/**
 * The same database on one connection, for work that takes as long as it takes.
 *
 * @param more options for pg
 */
export function withoutTimeouts(
  options: PostgresDataSourceOptions,
  more: Readonly<Record<string, unknown>> = {},
): PostgresDataSourceOptions {
  // A server that is gone is noticed 10 s after the last packet and 10 unanswered probes later.
  const { requireScram } = options.extra as DatabaseClientConfig;
  const extra = { requireScram, keepAlive: true, keepAliveInitialDelayMillis: 10_000, ...more };
  return { ...options, poolSize: 1, extra };
}
