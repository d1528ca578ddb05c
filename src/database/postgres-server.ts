import type { Settings } from '../config/settings.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';

/** The PostgreSQL in use. */
export interface PostgresServer {
  readonly url: string;
  /** Stops the server if it is ours. */
  stop(): Promise<void>;
  /** The same at once, for a process that is about to exit. */
  stopSync(): void;
}

/**
 * The server of DATABASE_URL, or an embedded one when there is none.
 *
 * @throws StartupError when the embedded server cannot be started
 */
export async function openPostgres({ DATABASE_URL, DATA_DIR }: Settings): Promise<PostgresServer> {
  return DATABASE_URL === undefined
    ? EmbeddedPostgres.start(DATA_DIR)
    : { url: DATABASE_URL, stop: () => Promise.resolve(), stopSync: () => undefined };
}
