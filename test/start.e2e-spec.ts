import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPostmaster } from '@tasks/embedded-postgres/postmaster';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Impostor } from '../packages/embedded-postgres/test/support/impostor.js';
import { freePort, ServerProcess } from './support/server.js';

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  // The folder has a space in its name, as many a home has.
  folder = await mkdtemp(join(tmpdir(), 'tasks api '));
  database = await createDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const start = async (environment: Record<string, string>) =>
  new ServerProcess(await freePort(), environment, { cwd: folder });

/** Posts tasks one after another until the server is gone; returns the ids of those acknowledged. */
async function postUntilGone(url: string, atLeast: number, then: () => void): Promise<string[]> {
  const ids: string[] = [];
  const write = async () => {
    for (;;) {
      const response = await fetch(`${url}/api/ada/tasks`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"title":"x"}',
      });
      if (response.status !== 201) continue;
      const { data } = (await response.json()) as { data: { id: string } };
      ids.push(data.id);
      if (ids.length === atLeast) then();
    }
  };
  await Promise.allSettled(Array.from({ length: 20 }, write));
  return ids;
}

async function idsOf(url: string): Promise<Set<string>> {
  const ids = new Set<string>();
  let path: string | undefined = '/api/ada/tasks?limit=1000';
  while (path) {
    const response: Response = await fetch(url + path);
    const { data } = (await response.json()) as { data: { id: string }[] };
    for (const { id } of data) ids.add(id);
    path = /<(.*)>/.exec(response.headers.get('Link') ?? '')?.[1];
  }
  return ids;
}

/** Kills PostgreSQL until somebody else has its port. */
async function replacePostgres(pidFile: string): Promise<Impostor> {
  const { port } = (await readPostmaster(pidFile)) ?? { port: 0 };
  for (;;) {
    const postmaster = await readPostmaster(pidFile);
    try {
      if (postmaster) process.kill(postmaster.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
    const impostor = await Impostor.on(port, 'asks for the password as text').catch(() => null);
    if (impostor) return impostor;
  }
}

const answerOf = (url: string) =>
  fetch(`${url}/api/ada/tasks`).then(
    ({ status }) => status,
    () => 0,
  );

describe('the built server', () => {
  it('keeps every acknowledged task through kill -9, on its embedded PostgreSQL', async () => {
    const first = await (await start({})).ready();
    const acknowledged = await postUntilGone(first.url, 500, () => void first.end('SIGKILL'));
    const second = await (await start({})).ready();
    const kept = await idsOf(second.url);
    expect(acknowledged.length).toBeGreaterThanOrEqual(500);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('gives no password to who takes the port of its PostgreSQL, and waits until they leave', async () => {
    const server = await (await start({})).ready();
    const postgres = join(folder, '.data', 'postgres');
    const password = await readFile(join(postgres, 'password'), 'utf8');
    const impostor = await replacePostgres(join(postgres, 'cluster', 'postmaster.pid'));
    try {
      while (impostor.visitors === 0) expect(await answerOf(server.url)).toBe(503);
      expect(impostor.received).not.toContain(password);
    } finally {
      await impostor.leave();
    }
    while ((await answerOf(server.url)) !== 200) await sleep(50);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it.each(['1', '2'])('stops its PostgreSQL on SIGHUP, with %s processes', async (count) => {
    const server = await (await start({ WEB_CONCURRENCY: count })).ready();
    const pidFile = join(folder, '.data', 'postgres', 'cluster', 'postmaster.pid');
    expect(await readPostmaster(pidFile)).toBeDefined();
    expect(await server.end('SIGHUP')).toBe(0);
    expect(await readPostmaster(pidFile)).toBeUndefined();
  });

  it('starts twice at once on one empty database', async () => {
    const settings = { DATABASE_URL: database.url };
    const servers = await Promise.all([start(settings), start(settings)]);
    await Promise.all(servers.map((server) => server.ready()));
    for (const { url } of servers) expect((await fetch(`${url}/api/ada/tasks`)).status).toBe(200);
    for (const server of servers) expect(await server.end('SIGINT')).toBe(0);
  });

  it('says in one line that its port is taken', async () => {
    const settings = { DATABASE_URL: database.url, LOG_LEVEL: 'error' };
    const first = await (await start(settings)).ready();
    const second = new ServerProcess(first.port, settings);
    expect(await second.exit()).toBe(1);
    expect(second.output).toMatch(/^Cannot listen on .*the port is taken.*\n$/);
    await first.end('SIGTERM');
  });

  it('names every wrong setting and shows no value', async () => {
    const server = await start({ LOG_LEVEL: 'sesame', DATABASE_URL: 'sesame', HOST: 'x' });
    expect(await server.exit()).toBe(1);
    expect(server.output).toMatch(
      /^Some settings are wrong.*\n {2}DATABASE_URL must.*\n {2}LOG_LEVEL must.*\n$/,
    );
    expect(server.output).not.toContain('sesame');
  });

  it('listens while it waits for its database', async () => {
    const port = await freePort();
    const server = await start({
      DATABASE_URL: `postgres://x@127.0.0.1:${port}/x`,
      MIGRATIONS: 'manual',
    });
    let live: Response | undefined;
    while (!live) live = await fetch(`${server.url}/health/live`).catch(() => undefined);
    expect(live.status).toBe(200);
    expect((await fetch(`${server.url}/api/ada/tasks`)).status).toBe(503);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.output).toContain('The database is not ready');
  });
});
