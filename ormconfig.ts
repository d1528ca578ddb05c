import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { readSettings } from './src/config/read-settings.js';
import { dataSourceOptions } from './src/database/data-source-options.js';
import { openPostgres } from './src/database/postgres-server.js';
import { schema } from './src/schema.js';

const settings = readSettings();
const server = await openPostgres(settings);
/** The application's own database, for TypeORM's command line (`npm run migration:...`). */
export default new DataSource(dataSourceOptions(server.url, settings, schema));
