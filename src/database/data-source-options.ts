import type { DataSourceOptions } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { withLibpqSslModes } from '../config/libpq-ssl-modes.js';
import type { Settings } from '../config/settings.js';
import { PipelinedPool } from './statements/pipelined-pool.js';

/** The entities and migrations of an application. */
export type Schema = Pick<DataSourceOptions, 'entities' | 'migrations'>;

/** The one description of the database, for the application, the migrations' command line and tests. */
export function dataSourceOptions(
  url: string,
  settings: Settings,
  schema: Schema,
): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url: withLibpqSslModes(url),
    driver: { Pool: PipelinedPool },
    ...schema,
    migrationsTableName: 'migrations',
    applicationName: 'tasks-api',
    poolSize: settings.DATABASE_POOL_SIZE,
    connectTimeoutMS: settings.DATABASE_CONNECT_TIMEOUT_MS,
    // The application makes its own ids: nothing has to be installed in the database.
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    extra: {
      requireScram: requiresScram(url),
      keepAlive: true,
      // Sooner than a firewall forgets a connection that rests.
      keepAliveInitialDelayMillis: 60_000,
      pipeline: settings.DATABASE_PIPELINES > 0,
      ...serverTimeouts(settings),
      // Only for a server that has stopped answering: its own timeout for the statement comes first.
      query_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS + QUERY_TIMEOUT_MARGIN_MS,
    },
  };
}

const QUERY_TIMEOUT_MARGIN_MS = 500;

/**
 * PostgreSQL's own timeouts, in milliseconds: the server gives up by itself, so that what was answered
 * with 503 does not happen later.
 * https://www.postgresql.org/docs/current/runtime-config-client.html
 */
export function serverTimeouts(settings: Settings) {
  return {
    lock_timeout: settings.DATABASE_LOCK_TIMEOUT_MS,
    statement_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS,
  };
}

/** Of libpq's parameter require_auth, pg knows no value: this one is in the embedded PostgreSQL's URL. */
const requiresScram = (url: string) => /[?&]require_auth=scram-sha-256(&|$)/.test(url);
