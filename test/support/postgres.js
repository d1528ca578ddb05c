import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@tasks/embedded-postgres';

let stop = async () => {};

/** Jest's globalSetup: the server that all tests share, DATABASE_URL's or an embedded one. */
export default async function start() {
  if (process.env.DATABASE_URL) {
    process.env.TEST_DATABASE_URL = process.env.DATABASE_URL;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'tasks-api-test-'));
  const postgres = await EmbeddedPostgres.start(folder, { name: 'tasks', logger: console });
  process.env.TEST_DATABASE_URL = postgres.url;
  stop = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true });
  };
}

/** Jest's globalTeardown runs in the same process. */
export const teardown = () => stop();
