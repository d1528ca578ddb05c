import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { MIGRATION_LOCK } from '../../src/database/migrate.js';
import { pause } from '../support/breakable-postgres.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { figure } from '../support/figure.js';
import { freePort, ServerProcess } from '../support/server.js';
import { until } from '../support/until.js';

jest.setTimeout(180_000);

let database: TestDatabase;
let network: DatabaseProxy;
let server: ServerProcess;

beforeEach(async () => {
  database = await createDatabase();
  network = await DatabaseProxy.before(database.url);
});
afterEach(async () => {
  await server.end('SIGKILL');
  network.close();
  await database.drop();
});

/** Starts a server whose way to its database is the proxy, and which is soon out of patience. */
async function start(environment: Record<string, string> = {}): Promise<void> {
  server = new ServerProcess(await freePort(), {
    DATABASE_URL: network.url,
    DATABASE_CONNECT_TIMEOUT_MS: '1000',
    DATABASE_STATEMENT_TIMEOUT_MS: '1000',
    ...environment,
  });
}

const answers = async (path: string) =>
  (await fetch(server.url + path).catch(() => undefined))?.ok ?? false;
const isLive = () => answers('/health/live');
const isReady = () => answers('/health/ready');

/** What a start asks the database, in this order. */
const steps = ['user', 'version()', 'advisory_xact_lock', 'pg_backend_pid'];

describe('a network that falls silent during the start', () => {
  it.each(steps)(
    'is waited for, and the server is ready soon after its return: %s',
    async (step) => {
      network.silentAfter = step;
      await start();
      await until(() => network.isSilent);
      await until(isLive);
      await until(() => server.output.includes('The database is not ready'));
      network.recover();
      const back = performance.now();
      await until(isReady);
      figure(`silent at ${step}: ready after the return`, performance.now() - back, 'ms');
    },
  );

  it.each(['user', 'advisory_xact_lock', 'CREATE TABLE tasks'])(
    'keeps nobody from stopping it: %s',
    async (step) => {
      network.silentAfter = step;
      await start({ DATABASE_CONNECT_TIMEOUT_MS: '60000', DATABASE_STATEMENT_TIMEOUT_MS: '60000' });
      await until(() => network.isSilent);
      await until(isLive);
      const asked = performance.now();
      expect(await server.end('SIGTERM')).toBe(0);
      const took = performance.now() - asked;
      figure(`silent at ${step}: SIGTERM to exit`, took, 'ms');
      expect(took).toBeLessThan(5_000);
    },
  );
});

describe('a start while another process migrates', () => {
  /** Starts with all patience far shorter than the migration that somebody else seems to be running. */
  async function startBehind(): Promise<Client> {
    const migrating = new Client(database.url);
    migrating.on('error', () => undefined);
    await migrating.connect();
    await migrating.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await start({ DATABASE_LOCK_TIMEOUT_MS: '100', DATABASE_STATEMENT_TIMEOUT_MS: '200' });
    await until(isLive);
    return migrating;
  }

  it('waits for it, however long that takes', async () => {
    const migrating = await startBehind();
    await pause(3_000);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    expect(server.output).not.toContain('The database is not ready');
    await migrating.end();
    await until(isReady);
  });

  it('is not held up by one that the network has lost', async () => {
    network.silentAfter = 'CREATE TABLE tasks';
    await start();
    await until(() => network.isSilent);
    const lost = server;
    server = new ServerProcess(await freePort(), { DATABASE_URL: database.url });
    await until(isReady);
    await lost.end('SIGKILL');
  });

  it('stops when asked to', async () => {
    const migrating = await startBehind();
    expect(await server.end('SIGTERM')).toBe(0);
    await migrating.end();
  });
});

describe('SIGTERM during the start', () => {
  it('ends a server that waits for its database, which never listens then', async () => {
    const port = await freePort();
    server = new ServerProcess(await freePort(), {
      DATABASE_URL: `postgres://x@127.0.0.1:${port}/x`,
    });
    await until(() => server.output.includes('The database is not ready'));
    expect(server.output).not.toContain('Listening');
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.output).not.toContain('Listening');
  });

  it('undoes a migration that is running', async () => {
    network.silentAfter = 'CREATE TABLE tasks';
    await start();
    await until(() => network.isSilent);
    expect(await server.end('SIGTERM')).toBe(0);
    network.close();
    const isFree = 'SELECT pg_try_advisory_lock($1) AS free';
    await until(
      async () =>
        (await database.query<{ free: boolean }>(isFree, [MIGRATION_LOCK]))[0]?.free ?? false,
    );
    expect(await database.query("SELECT to_regclass('tasks') AS tasks")).toEqual([{ tasks: null }]);
  });

  it.each([
    ['is being made', 'postgres.new-'],
    ['is starting', 'postgres'],
  ])('leaves no embedded PostgreSQL behind that %s', async (_, sign) => {
    const folder = await mkdtemp(join(tmpdir(), 'tasks-api-start-'));
    try {
      server = new ServerProcess(await freePort(), { DATA_DIR: folder });
      await until(async () => (await readdir(folder)).some((name) => name.startsWith(sign)));
      expect(await server.end('SIGTERM')).toBe(0);
      expect(server.output).not.toContain('Listening');
      const files = await readdir(folder, { recursive: true });
      expect(files.filter((file) => basename(file) === 'postmaster.pid')).toEqual([]);
    } finally {
      await server.end('SIGKILL');
      await rm(folder, { recursive: true });
    }
  });
});
