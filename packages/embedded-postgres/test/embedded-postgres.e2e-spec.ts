import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Cluster } from '../src/cluster.js';
import { DataFolderError } from '../src/data-folder-error.js';
import { EmbeddedPostgres } from '../src/embedded-postgres.js';
import { FOLDER_LOCK } from '../src/folder-lock.js';
import { requireScram } from '../src/require-scram.js';
import { answers, Impostor, type Behaviour } from './support/impostor.js';

const silent = { error: () => undefined, log: () => undefined, warn: () => undefined };

const start = (folder: string) => EmbeddedPostgres.start(folder, { name: 'notes', logger: silent });

let root: string;
/** A data folder whose PostgreSQL is stopped between the tests. */
let dataDir: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedded ü '));
  dataDir = join(root, 'data');
  await serving(dataDir, async ({ url }) => {
    await query(url, 'CREATE TABLE notes (text text)');
    await query(url, "INSERT INTO notes VALUES ('kept')");
  });
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Runs `use` with the PostgreSQL of a folder, and stops it afterwards whatever happens. */
async function serving<T>(
  folder: string,
  use: (server: EmbeddedPostgres) => T | Promise<T>,
): Promise<T> {
  const server = await start(folder);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Tries again for up to 10 s until `attempt` succeeds. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const giveUp = Date.now() + 10_000; Date.now() < giveUp;) {
    try {
      return await attempt();
    } catch {
      await sleep(100);
    }
  }
  return attempt();
}

/** A process that holds the lock of a data folder, as a server does for as long as it lives. */
async function otherServer(url: string): Promise<ChildProcess> {
  const script = `
    import { Client } from 'pg';
    const client = new Client({ connectionString: process.argv[1] });
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1)', [${FOLDER_LOCK}]);
    console.log('locked');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

const inUse = (folder: string) =>
  new DataFolderError(
    `Another server is using the data folder ${folder}. ` +
      'Stop it, or choose another folder, or let both share one PostgreSQL of your own.',
  );

async function expectRefusal(folder: string, advice: RegExp): Promise<void> {
  const error: unknown = await start(folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataFolderError);
  expect(String(error)).toContain(`The data folder ${folder} cannot be used: `);
  expect(String(error)).toMatch(advice);
}

describe('The embedded PostgreSQL', () => {
  it('keeps its data from one start to the next', async () => {
    await serving(dataDir, async ({ url }) => {
      expect(await query(url, 'SELECT text FROM notes')).toEqual([{ text: 'kept' }]);
    });
  });

  it('serves UTF-8 sorted by code point, to a role without special powers', async () => {
    await serving(dataDir, async ({ url }) => {
      expect(
        await query(
          url,
          `SELECT pg_encoding_to_char(encoding) AS encoding, datlocale AS locale, rolsuper AS super
           FROM pg_database JOIN pg_roles ON rolname = current_user WHERE datname = 'notes'`,
        ),
      ).toEqual([{ encoding: 'UTF8', locale: 'C.UTF-8', super: false }]);
      await query(url, 'CREATE EXTENSION pg_trgm');
    });
  });

  it('lets nobody in without its password, which only its own user can read', async () => {
    await serving(dataDir, async ({ url }) => {
      const wrong = new URL(url);
      wrong.password = 'wrong';
      await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
      const superuser = new URL(url);
      superuser.username = 'postgres';
      await expect(query(superuser.href, 'SELECT 1')).rejects.toThrow(
        'password authentication failed',
      );
    });
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
  });

  it('is stopped by the first of several calls', async () => {
    const server = await start(dataDir);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await expect(query(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    expect(await (await Cluster.open(dataDir, 'notes')).postmaster()).toBeUndefined();
  });

  it('has one server, when two start on one empty folder', async () => {
    const folder = join(root, 'empty');
    const starts = await Promise.allSettled([1, 2].map(() => start(folder)));
    const servers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const errors = starts.flatMap((start) =>
      start.status === 'rejected' ? [start.reason as unknown] : [],
    );
    try {
      expect(errors).toEqual([inUse(folder)]);
      expect(await query(servers[0]?.url ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(await readdir(folder)).toEqual(['postgres']);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });

  it('is taken over from a server that was killed, and from no other', async () => {
    const cluster = await Cluster.open(dataDir, 'notes');
    const port = await serving(dataDir, ({ url }) => Number(new URL(url).port));
    expect(await cluster.start(port)).toBe(true);
    const holder = await otherServer(cluster.url(port));
    await expect(start(dataDir)).rejects.toEqual(inUse(dataDir));
    holder.kill('SIGKILL');
    await serving(dataDir, ({ url }) => {
      expect(url).toBe(cluster.url(port));
    });
  });

  it('comes back at the same address with all its data after it was killed', async () => {
    await serving(dataDir, async ({ url }) => {
      await query(url, "CREATE TABLE late AS SELECT 'kept' AS text");
      const { pid } = (await (await Cluster.open(dataDir, 'notes')).postmaster()) ?? {};
      process.kill(pid ?? NaN, 'SIGKILL');
      await expect(eventually(() => query(url, 'SELECT text FROM late'))).resolves.toEqual([
        { text: 'kept' },
      ]);
    });
  });

  it('starts although its old process number is now that of another program', async () => {
    const other = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)']);
    const pidFile = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    await writeFile(pidFile, `${other.pid}\n${dataDir}\n0\n1\n`);
    try {
      await serving(dataDir, async ({ url }) => {
        expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      });
    } finally {
      other.kill('SIGKILL');
    }
  });
});

describe.each(Object.keys(answers) as Behaviour[])('Somebody else who %s', (behaviour) => {
  it('is left alone on the port that a stale postmaster.pid names', async () => {
    const pidFile = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    const { stale, port } = await serving(dataDir, async ({ url }) => ({
      stale: await readFile(pidFile),
      port: Number(new URL(url).port),
    }));
    const impostor = await Impostor.on(port, behaviour);
    try {
      await writeFile(pidFile, stale);
      await serving(dataDir, async ({ url }) => {
        expect(Number(new URL(url).port)).not.toBe(port);
        expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      });
      expect(impostor.visitors).toBe(0);
    } finally {
      await impostor.leave();
    }
  });

  it('is refused by the client, and learns nothing of the password', async () => {
    const impostor = await Impostor.on(0, behaviour);
    const client = new Client({
      connectionString: `postgres://ada:sesame@127.0.0.1:${impostor.port}/notes`,
      connectionTimeoutMillis: 500,
    });
    requireScram(client);
    try {
      await expect(client.connect()).rejects.toThrow(/does not prove|SASL|timeout expired/);
      await client.end();
      expect(impostor.received).toContain('ada');
      expect(impostor.received).not.toMatch(/sesame|md5/);
    } finally {
      await impostor.leave();
    }
  });
});

describe('A data folder that is of no use', () => {
  it('is named when nothing can be written there', async () => {
    // Root can write into every folder but the kernel's.
    const readOnly = process.getuid?.() === 0 ? '/sys' : join(root, 'read-only');
    await mkdir(readOnly, { recursive: true, mode: 0o555 });
    await expectRefusal(join(readOnly, 'data'), /folder of your own|another/);
  });

  it('is named when it is a file', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    await expectRefusal(file, /choose another path/);
  });

  it('is named when another version of PostgreSQL made it', async () => {
    const version = join(dataDir, 'postgres', 'cluster', 'PG_VERSION');
    await writeFile(version, '17\n');
    try {
      await expectRefusal(dataDir, /initialized by PostgreSQL version 17/);
    } finally {
      await writeFile(version, '18\n');
    }
  });
});
