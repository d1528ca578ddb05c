import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { failure } from '../support/answers.js';
import { startApp, startAppOn, type TestApp } from '../support/app.js';
import { pause } from '../support/breakable-postgres.js';
import { aUser, TasksApi } from '../support/tasks-api.js';

let app: TestApp;
let api: TasksApi;
let name: string;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
  name = new URL(app.database.url).pathname.slice(1);
});
afterEach(() => makeWritable());
afterAll(() => app.close());

const health = async (path: string) => (await request(app.url).get(`/health${path}`)).status;

/** New sessions may only read. */
const makeReadOnly = () =>
  app.database.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);

const makeWritable = () =>
  app.database.query(
    `BEGIN READ WRITE; ALTER DATABASE ${name} RESET default_transaction_read_only; COMMIT`,
  );

const endSessions = () =>
  app.database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );

describe('a database that only lets read', () => {
  it('is not ready, refuses writes with 503 and reads on; it recovers by itself', async () => {
    const task = await api.aTask();
    expect(await health('/ready')).toBe(200);
    await makeReadOnly();
    await endSessions();
    await pause(100);

    const writes = await Promise.all(Array.from({ length: 20 }, () => api.create({ title: 'x' })));
    for (const answer of writes) expect(answer).toEqual(failure('SERVICE_UNAVAILABLE'));
    expect(await health('/ready')).toBe(503);
    expect(await health('/live')).toBe(200);
    await Promise.all(Array.from({ length: 20 }, () => api.get(task.id).expect(200)));

    await makeWritable();
    expect(await health('/ready')).toBe(200);
    await pause(1_500);
    for (let i = 0; i < 12; i += 1) await api.aTask();
  });

  it('is noticed by readiness as soon as a write was refused, whatever older sessions may do', async () => {
    expect(await health('/ready')).toBe(200);
    await makeReadOnly();
    // The connection of readiness is from before, and stays.
    await app.database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE '%transaction_read_only%'",
    );
    await pause(100);
    expect(await api.create({ title: 'x' })).toEqual(failure('SERVICE_UNAVAILABLE'));
    expect(await health('/ready')).toBe(503);
    await makeWritable();
    expect(await health('/ready')).toBe(200);
  });

  it.each([0, 6])('does not fail later writes, with %i pipelines', async (pipelines) => {
    const other = await startAppOn(app.database, { DATABASE_PIPELINES: String(pipelines) });
    const ada = new TasksApi(other, aUser('ada'));
    await makeReadOnly();
    await endSessions();
    await pause(100);
    // Now every connection is opened that there may be, and each may only read.
    const lists = await Promise.all(Array.from({ length: 60 }, () => ada.list()));
    expect(new Set(lists.map(({ status }) => status))).toEqual(new Set([200]));
    await makeWritable();
    await pause(1_500);
    for (let i = 0; i < 12; i += 1) await ada.aTask();
    await other.close();
  });
});
