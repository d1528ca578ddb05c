import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DataFolderError } from './data-folder-error.js';
import type { Cluster } from './cluster.js';
import { requireScram } from './require-scram.js';

/** The key, "folder" in ASCII: the advisory lock that the one server using a data folder holds. */
export const FOLDER_LOCK = 0x66_6f_6c_64_65_72;
/** How long the lock of a server that was killed may outlive it. */
const LOCK_WAIT_MS = 1_000;
const POLL_MS = 100;
/** How long PostgreSQL may take to let the server in, and to answer it. */
const ANSWER_MS = 5_000;

/**
 * Connects to the cluster's PostgreSQL and takes the lock of its folder for as long as the
 * connection lasts (https://www.postgresql.org/docs/18/explicit-locking.html#ADVISORY-LOCKS).
 *
 * @throws DataFolderError when another server holds it, Error when PostgreSQL does not answer
 */
export async function takeLock(cluster: Cluster, port: number): Promise<Client> {
  const client = new Client({
    connectionString: cluster.url(port),
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    application_name: 'folder lock',
  });
  requireScram(client);
  // A lost connection is told by 'end', which follows each 'error'.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const giveUp = Date.now() + LOCK_WAIT_MS;
    do {
      const { rows } = await client.query<{ taken: boolean }>(
        'SELECT pg_try_advisory_lock($1) AS taken',
        [FOLDER_LOCK],
      );
      if (rows[0]?.taken) return client;
      await sleep(POLL_MS);
    } while (Date.now() < giveUp);
    throw new DataFolderError(
      `Another server is using the data folder ${cluster.dataDir}. ` +
        'Stop it, or choose another folder, or let both share one PostgreSQL of your own.',
    );
  } catch (error) {
    await client.end();
    throw error;
  }
}
