import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { PooledClient } from './renewing-pool.js';

/**
 * Runs a statement in a transaction whose settings end with it. All of it leaves at once where the client
 * sends without waiting for answers (pg's `pipeline`), so that it takes one round trip as well.
 *
 * @param settings such as `SET LOCAL lock_timeout = 3000`
 * @throws what pg throws, for the first of the three that failed
 */
export async function inTransaction<R extends QueryResultRow>(
  client: PooledClient,
  settings: string,
  query: QueryConfig,
): Promise<QueryResult<R>> {
  const begun = client.query(`BEGIN; ${settings}`);
  const done = client.run<R>(query);
  // PostgreSQL rolls a transaction back that has failed.
  const ended = client.query('COMMIT');
  await Promise.allSettled([begun, done, ended]);
  await begun;
  const result = await done;
  await ended;
  return result;
}
