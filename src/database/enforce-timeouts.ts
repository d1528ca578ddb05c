import type { DataSource } from 'typeorm';
import type { serverTimeouts } from './data-source-options.js';

type Timeouts = ReturnType<typeof serverTimeouts>;

/** More server connections than any pooler keeps for one small service. */
const MOST_STALE_CONNECTIONS = 100;

/**
 * Makes sure that every session has the timeouts. Usually pg has asked for them when it connected. A
 * pooler may have ignored that: then they become defaults of our role in our database, which each new
 * server connection takes on, and those that are older are closed.
 * https://www.postgresql.org/docs/current/sql-alterrole.html
 *
 * @returns whether the role's defaults had to be changed
 */
export async function enforceTimeouts(
  dataSource: DataSource,
  timeouts: Timeouts,
): Promise<boolean> {
  if (await areInForce(dataSource, timeouts)) return false;
  for (const [name, milliseconds] of Object.entries(timeouts)) {
    await dataSource.query(
      `DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET ${name} = ${milliseconds}', current_database()); END $$`,
    );
  }
  for (let stale = 0; stale < MOST_STALE_CONNECTIONS; stale += 1) {
    // The connection that ends is the one that runs the statement, so the statement always fails.
    await dataSource.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
    if (await areInForce(dataSource, timeouts)) return true;
  }
  throw new Error('The server ignores statement_timeout and lock_timeout');
}

async function areInForce(dataSource: DataSource, timeouts: Timeouts): Promise<boolean> {
  const rows = await dataSource.query<{ name: string; setting: string }[]>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
    [Object.keys(timeouts)],
  );
  const current = Object.fromEntries(rows.map(({ name, setting }) => [name, Number(setting)]));
  return Object.entries(timeouts).every(([name, milliseconds]) => current[name] === milliseconds);
}
