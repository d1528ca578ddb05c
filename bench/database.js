import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { postgresCpuSeconds } from './process-usage.js';

/** The PostgreSQL that a run uses: DATABASE_URL's, or the service's embedded one in a new folder. */
export async function openPostgres() {
  if (process.env.DATABASE_URL)
    return { url: process.env.DATABASE_URL, stop: () => Promise.resolve() };
  const { EmbeddedPostgres } = await import('@tasks/embedded-postgres');
  const folder = await mkdtemp(join(tmpdir(), 'tasks-api-bench-'));
  const postgres = await EmbeddedPostgres.start(folder, { name: 'tasks', logger: console });
  // A failure that nobody could catch must not leave it running either.
  const abandon = () => {
    postgres.stopSync();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  const stop = async () => {
    process.off('exit', abandon);
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: postgres.url, stop };
}

/** A database of this run alone, on the given PostgreSQL. */
export class Database {
  /** @param {pg.Client} client a connection to it as a bystander */
  constructor(server, name, url, client) {
    Object.assign(this, { server, name, url, client });
  }

  /** @param {string} server the URL of a PostgreSQL whose user may create databases */
  static async create(server) {
    const name = `tasks_bench_${randomBytes(6).toString('hex')}`;
    await once(server, `CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const client = new pg.Client(url.href);
    await client.connect();
    return new Database(server, name, url.href, client);
  }

  async drop() {
    await this.client.end();
    await once(this.server, `DROP DATABASE ${this.name} WITH (FORCE)`);
  }

  /** The version of PostgreSQL, for the report. */
  async version() {
    const { rows } = await this.client.query('SHOW server_version');
    return rows[0].server_version;
  }

  /**
   * Begins to count what the connections of this database cost PostgreSQL.
   *
   * @returns {Promise<() => Promise<number>>} asks for the processor seconds since; NaN where PostgreSQL
   *   does not run on this machine
   */
  async cpuMeter() {
    const before = postgresCpuSeconds(await this.#connections());
    return async () => {
      const after = postgresCpuSeconds(await this.#connections());
      if (after.size === 0) return NaN;
      return [...after].reduce((sum, [pid, cpu]) => sum + cpu - (before.get(pid) ?? 0), 0);
    };
  }

  /** The processes that serve this database's connections. */
  async #connections() {
    const { rows } = await this.client.query(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    return rows.map(({ pid }) => pid);
  }

  /**
   * Waits until no statement of a server runs any more: a load generator that stops leaves requests
   * in flight, which must not meet a table that has just been reset.
   */
  async quiet() {
    for (let idle = 0; idle < 3; await sleep(10)) {
      const { rows } = await this.client.query(
        `SELECT count(*)::int AS busy FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND backend_type = 'client backend' AND state <> 'idle'`,
      );
      idle = rows[0].busy === 0 ? idle + 1 : 0;
    }
  }
}

async function once(url, statement) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
