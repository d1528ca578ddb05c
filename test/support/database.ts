import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Runs one statement as a bystander, on a connection of its own. */
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Ends every connection and lets no new one in. */
  lock(): Promise<void>;
  drop(): Promise<void>;
}

/** A new, empty database on the server that the tests share. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (server === undefined) throw new Error('the global setup gives TEST_DATABASE_URL');
  const name = `tasks_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await run(server, `CREATE DATABASE ${name}`);
  const lock = async () => {
    await run(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = $1 AND usename = current_user`;
    await run(server, end, [name]);
  };
  return {
    url: url.href,
    query: (text, values) => run(url.href, text, values),
    lock,
    drop: async () => {
      // With FORCE it would fail on an autovacuum worker, which only a superuser may end; by itself it does.
      await lock();
      await run(server, `DROP DATABASE ${name}`);
    },
  };
}

async function run<Row>(url: string, text: string, values?: unknown[]): Promise<Row[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}
