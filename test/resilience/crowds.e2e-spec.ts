import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import request from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { BreakablePostgres } from '../support/breakable-postgres.js';
import { figure } from '../support/figure.js';
import { freePort, ServerProcess } from '../support/server.js';
import { aUser, TasksApi } from '../support/tasks-api.js';

let app: TestApp;
let ada: TasksApi;
let bob: TasksApi;

beforeAll(async () => {
  app = await startApp();
  [ada, bob] = [new TasksApi(app, aUser('ada')), new TasksApi(app, aUser('bob'))];
});
afterAll(() => app.close());

/**
 * That the service is ready, and answers another user, also with what needs a connection to itself.
 *
 * @returns how long readiness took to answer, in milliseconds
 */
async function expectServed(): Promise<number> {
  const began = performance.now();
  expect((await request(app.url).get('/health/ready')).status).toBe(200);
  const took = performance.now() - began;
  expect((await bob.list()).status).toBe(200);
  expect((await bob.list({ search: 'x' })).status).toBe(200);
  return took;
}

describe('one user who asks for more than there is', () => {
  it('neither stops readiness nor others: ten clients on a locked row', async () => {
    const { id } = await ada.aTask();
    const client = new Client(app.database.url);
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM tasks WHERE id = $1 FOR UPDATE', [id]);
    let left = 10;
    const changes = Array.from({ length: 10 }, async () => {
      const { status } = await ada.put(id, { title: 'x' });
      left -= 1;
      return status;
    });
    let slowest = 0;
    while (left === 10) slowest = Math.max(slowest, await expectServed());
    figure('ready while one user waits for a locked row: slowest answer', slowest, 'ms');
    await client.query('ROLLBACK');
    await client.end();
    for (const status of await Promise.all(changes)) expect([200, 503]).toContain(status);
  });

  it('neither stops readiness nor others: twenty searches of 100,000 tasks', async () => {
    await app.database.query(
      `INSERT INTO tasks (id, user_id, title, completed, created_at, updated_at)
       SELECT gen_random_uuid(), $1, 'title ' || n, false, now(), now()
       FROM generate_series(1, 100000) AS n`,
      [ada.user],
    );
    let left = 20;
    const searches = Array.from({ length: 20 }, async () => {
      // Too short for an index, and nowhere.
      const { status } = await ada.list({ search: 'zq' });
      left -= 1;
      return status;
    });
    let slowest = await expectServed();
    while (left === 20) slowest = Math.max(slowest, await expectServed());
    figure('ready while one user searches 100,000 tasks: slowest answer', slowest, 'ms');
    for (const status of await Promise.all(searches)) expect([200, 503]).toContain(status);
  });
});

describe('a server that lets in fewer connections than the pool may have', () => {
  it('goes on with those there are: four, for pipelines and searches together', async () => {
    const postgres = await BreakablePostgres.create();
    await postgres.start();
    const settings = { DATABASE_URL: postgres.url, LOG_LEVEL: 'error' };
    const server = await new ServerProcess(await freePort(), settings).ready();
    await postgres.session((client) => client.query('ALTER DATABASE tasks CONNECTION LIMIT 4'));
    const statuses: number[] = [];
    const ask = async (path: string, init?: RequestInit) => {
      statuses.push((await fetch(server.url + path, init)).status);
    };
    const create = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"title":"x"}',
    };
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(
        Array.from({ length: 30 }, async (_, number) => {
          const tasks = `/api/user-${number}/tasks`;
          await ask(tasks, create);
          await ask(tasks);
          if (number % 5 === 0) await ask(`${tasks}?search=x`);
        }),
      );
    }
    await ask('/health/ready');
    await server.end('SIGTERM');
    await postgres.remove();
    const refused = statuses.filter((status) => status !== 200 && status !== 201);
    figure('of 4 connections: refused', refused.length, `of ${statuses.length}`);
    expect(refused).toEqual([]);
  });
});
