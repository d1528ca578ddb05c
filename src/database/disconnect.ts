import type { DataSource } from 'typeorm';
import { poolOf } from './statements/pool-of.js';

/** Closes all connections, also those that TypeORM keeps of an `initialize()` that failed midway. */
export async function disconnect(dataSource: DataSource): Promise<void> {
  if (dataSource.isInitialized) await dataSource.destroy();
  else if (poolOf(dataSource)) await dataSource.driver.disconnect();
}
