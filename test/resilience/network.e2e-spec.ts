import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAppOn, type TestApp } from '../support/app.js';
import { pause } from '../support/breakable-postgres.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { figure } from '../support/figure.js';
import { aUser, TasksApi } from '../support/tasks-api.js';

/** Longer than a connection may rest before it is asked whether it is still there. */
const RESTED_MS = 2_500;

let database: TestDatabase;
let proxy: DatabaseProxy;
let app: TestApp;
let api: TasksApi;

beforeEach(async () => {
  database = await createDatabase();
  proxy = await DatabaseProxy.before(database.url);
  app = await startAppOn({ ...database, url: proxy.url });
  api = new TasksApi(app, aUser('ada'));
  // As many connections as there may be.
  await Promise.all(Array.from({ length: 100 }, () => api.aTask()));
});
afterEach(async () => {
  await app.close();
  proxy.close();
  await database.drop();
});

/** The statuses of requests one after another, and the longest, in milliseconds. */
async function oneAfterAnother(requests: number) {
  const statuses: number[] = [];
  let slowest = 0;
  for (let i = 0; i < requests; i += 1) {
    const began = performance.now();
    statuses.push((await api.list()).status);
    slowest = Math.max(slowest, performance.now() - began);
  }
  return { statuses, slowest };
}

describe('a network that swallows everything', () => {
  it('costs a client nothing but a moment when it has forgotten connections that rested', async () => {
    await pause(RESTED_MS);
    proxy.forgetConnections();
    const { statuses, slowest } = await oneAfterAnother(8);
    expect(statuses).toEqual(Array(8).fill(200));
    figure('connections that the network has forgotten: slowest answer', slowest, 'ms');
  });

  it('costs a client one slow answer while the connections are in use', async () => {
    proxy.forgetConnections();
    const { statuses } = await oneAfterAnother(8);
    expect(statuses.filter((status) => status !== 200).length).toBeLessThanOrEqual(1);
    expect(statuses.slice(1)).toEqual(Array(7).fill(200));
  });

  it('is over with the first request after it is back', async () => {
    proxy.fallSilent();
    const { statuses, slowest } = await oneAfterAnother(3);
    expect(statuses).toEqual([503, 503, 503]);
    expect(slowest).toBeLessThan(8000);
    proxy.recover();
    expect((await oneAfterAnother(3)).statuses).toEqual([200, 200, 200]);
    await api.aTask();
  });
});

describe('bytes from the database that are not its protocol', () => {
  /** Overwrites one byte of each answer, at a place that the round decides. */
  const damageAt = (place: number, byte: number) => (chunk: Buffer) => {
    const damaged = Buffer.from(chunk);
    damaged[place % damaged.length] = byte;
    return damaged;
  };

  it.each([
    ['a message that is not one', 0, 0x7f],
    ['a length that is too short', 4, 0],
    ['a length that is too long', 1, 0x7f],
    ['another kind of message', 0, 'T'.charCodeAt(0)],
    ['rows with too many columns', 0, 'D'.charCodeAt(0)],
  ])('end that connection and nothing else: %s', async (_, place, byte) => {
    proxy.damage = damageAt(place, byte);
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, () => api.list()),
      ...Array.from({ length: 12 }, () => api.create({ title: 'x' })),
    ]);
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
    expect(statuses).toContain(503);
    proxy.damage = (chunk) => chunk;
    await api.aTask();
    expect((await oneAfterAnother(3)).statuses).toEqual([200, 200, 200]);
  });
});
