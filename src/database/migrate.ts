import { DataSource, MigrationExecutor } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';

/** Any number will do, if no one else in the database uses it: "tasks" in ASCII. */
const MIGRATION_LOCK = 0x7461736b73;

/**
 * Runs the pending migrations, all or none. Processes that start together wait for each other, on a
 * lock that ends with the transaction, so that it also works behind a pooler in transaction mode.
 * https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 *
 * @returns the names of the migrations that were run
 */
export async function migrate(options: PostgresDataSourceOptions): Promise<string[]> {
  const dataSource = await new DataSource(withoutTimeouts(options)).initialize();
  try {
    return await dataSource.transaction(async ({ queryRunner }) => {
      // They may also be defaults of the role.
      await queryRunner?.query('SET LOCAL lock_timeout = 0');
      await queryRunner?.query('SET LOCAL statement_timeout = 0');
      await queryRunner?.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      const executor = new MigrationExecutor(dataSource, queryRunner);
      executor.transaction = 'none';
      const done = await executor.executePendingMigrations();
      return done.map(({ name }) => name);
    });
  } finally {
    await dataSource.destroy();
  }
}

/** The same database on one connection, for work that takes as long as it takes. */
export function withoutTimeouts(options: PostgresDataSourceOptions): PostgresDataSourceOptions {
  return { ...options, poolSize: 1, extra: { keepAlive: true } };
}
