import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { readSettings } from './src/config/read-settings.js';
import { dataSourceOptions } from './src/database/data-source-options.js';
import { withoutTimeouts } from './src/database/migrate.js';
import { openPostgres } from './src/database/postgres-server.js';
import { schema } from './src/schema.js';

const settings = readSettings();
const postgres = await openPostgres(settings);
// The command line ends by process.exit, which leaves no time for anything asynchronous.
process.once('exit', () => {
  postgres.stopSync();
});

/** The application's own database, for TypeORM's command line (`npm run migration:...`). */
export default new DataSource(withoutTimeouts(dataSourceOptions(postgres.url, settings, schema)));
