import { Logger } from '@nestjs/common';
import { EmbeddedPostgres } from '@tasks/embedded-postgres';
import { DataFolderError } from '@tasks/embedded-postgres/data-folder-error';
import type { Settings } from '../config/settings.js';
import { StartupError } from '../errors/startup-error.js';

/** The PostgreSQL in use. */
export interface PostgresServer {
  readonly url: string;
  /** Stops the server if it is ours. */
  stop(): Promise<void>;
  /** The same for a process that is about to exit: it blocks, for 5 s at most. */
  stopSync(): void;
}

/**
 * The server of DATABASE_URL, or an embedded one when there is none.
 *
 * @throws StartupError when the embedded server cannot be started
 */
export async function openPostgres({ DATABASE_URL, DATA_DIR }: Settings): Promise<PostgresServer> {
  if (DATABASE_URL !== undefined) {
    return { url: DATABASE_URL, stop: () => Promise.resolve(), stopSync: () => undefined };
  }
  const logger = new Logger(EmbeddedPostgres.name);
  try {
    return await EmbeddedPostgres.start(DATA_DIR, { name: 'tasks', logger });
  } catch (error) {
    if (!(error instanceof DataFolderError)) throw error;
    throw new StartupError(
      `${error.message} DATA_DIR names the folder, DATABASE_URL a PostgreSQL of your own.`,
      { cause: error },
    );
  }
}
