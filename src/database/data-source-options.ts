import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import type { Settings } from '../config/settings.js';
import { schema } from './schema.js';

/** The one description of the database, for the application, the migrations' command line and tests. */
export function dataSourceOptions(url: string, settings: Settings): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url: withLibpqSslModes(url),
    ...schema,
    migrationsTableName: 'migrations',
    applicationName: 'tasks-api',
    poolSize: settings.DATABASE_POOL_SIZE,
    connectTimeoutMS: settings.DATABASE_CONNECT_TIMEOUT_MS,
    // The application makes its own ids: nothing has to be installed in the database.
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    extra: {
      keepAlive: true,
      lock_timeout: settings.DATABASE_LOCK_TIMEOUT_MS,
      statement_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS,
    },
  };
}

/**
 * Providers hand out URLs whose `sslmode` has libpq's meaning: `require` encrypts and `verify-full` also
 * checks the certificate. pg by itself reads `require` as `verify-full` and refuses private authorities.
 * https://www.postgresql.org/docs/current/libpq-ssl.html
 */
function withLibpqSslModes(url: string): string {
  return /[?&]sslmode=(?!no-verify)/.test(url) && !url.includes('uselibpqcompat=')
    ? `${url}&uselibpqcompat=true`
    : url;
}
