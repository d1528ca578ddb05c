import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BreakablePostgres, pause } from '../support/breakable-postgres.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { figure } from '../support/figure.js';
import { Load } from '../support/load.js';
import { freePort, ServerProcess } from '../support/server.js';

let database: TestDatabase;
let server: ServerProcess;

beforeAll(async () => {
  database = await createDatabase();
  const settings = { DATABASE_URL: database.url, LOG_LEVEL: 'error' };
  server = await new ServerProcess(await freePort(), settings).ready();
});
afterAll(async () => {
  await server.end('SIGTERM');
  await database.drop();
});

/** Opens so many connections at once and sends the same bytes on each. */
async function open(count: number, bytes: string): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined).write(bytes);
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

describe('overload', () => {
  it('leaves none of 500 connections, opened at once, without its answer', async () => {
    const began = performance.now();
    const sockets = await open(500, 'GET /api/ada/tasks HTTP/1.1\r\nHost: x\r\n\r\n');
    const answers = await Promise.all(
      sockets.map(async (socket) => String((await once(socket, 'data'))[0]).slice(0, 12)),
    );
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 200']));
    figure('500 connections at once: all answered', performance.now() - began, 'ms');
    for (const socket of sockets) socket.destroy();
  });

  it('is not what 300 stalled connections are', async () => {
    const median = async () => {
      const times: number[] = [];
      for (let i = 0; i < 50; i += 1) {
        const began = performance.now();
        expect((await fetch(`${server.url}/api/ada/tasks`)).status).toBe(200);
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[25] ?? 0;
    };
    await median();
    const alone = await median();
    const stalled = await open(
      300,
      'POST /api/ada/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    const crowded = await median();
    figure('median answer alone', alone * 1000, 'µs');
    figure('median answer beside 300 stalled connections', crowded * 1000, 'µs');
    expect(crowded).toBeLessThan(alone * 3 + 20);
    for (const socket of stalled) socket.destroy();
  });

  it('ends headers after 8 s and bodies after 10 s, in the envelope', async () => {
    const ended = async (sockets: Socket[]) => {
      const began = performance.now();
      let answer = '';
      for (const socket of sockets) {
        socket.on('data', (chunk) => (answer += String(chunk)));
        await once(socket, 'close');
      }
      return { answer, seconds: (performance.now() - began) / 1000 };
    };
    const [headers, body] = await Promise.all([
      open(1, 'GET / HTTP/1.1\r\nHost: x\r\n').then(ended),
      open(
        1,
        'POST /api/a/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
      ).then(ended),
    ]);
    for (const { answer } of [headers, body]) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('"REQUEST_TIMEOUT"');
    }
    figure('slow headers ended after', headers.seconds * 1000, 'ms');
    figure('slow body ended after', body.seconds * 1000, 'ms');
    expect(headers.seconds).toBeGreaterThan(7);
    expect(headers.seconds).toBeLessThan(9.5);
    expect(body.seconds).toBeLessThan(11.5);
  });
});

describe('kill -9 under 60 writers', () => {
  it('loses no acknowledged task', async () => {
    const first = await new ServerProcess(await freePort(), {
      DATABASE_URL: database.url,
      LOG_LEVEL: 'error',
    }).ready();
    const load = new Load(first.url, 60, ['create']);
    while (load.acknowledged.length < 500) await pause(10);
    await first.end('SIGKILL');
    await load.stop();
    const rows = await database.query<{ id: string }>('SELECT id FROM tasks');
    const kept = new Set(rows.map(({ id }) => id));
    figure('kill -9 under 60 writers: acknowledged, none lost', load.acknowledged.length, 'tasks');
    expect(load.acknowledged.length).toBeGreaterThanOrEqual(500);
    expect(load.acknowledged.filter((path) => !kept.has(path.split('/').at(-1) ?? ''))).toEqual([]);
  });
});

describe('a database that comes late', () => {
  it('is served within 15 s of its arrival, migrations included', async () => {
    const postgres = await BreakablePostgres.create();
    const waiting = new ServerProcess(await freePort(), { DATABASE_URL: postgres.url });
    let live: Response | undefined;
    while (!live) live = await fetch(`${waiting.url}/health/live`).catch(() => undefined);
    expect(live.status).toBe(200);
    expect((await fetch(`${waiting.url}/api/ada/tasks`)).status).toBe(503);
    await postgres.start();
    const arrived = performance.now();
    await waiting.ready();
    const served = performance.now() - arrived;
    figure('served after the late arrival of the database', served, 'ms');
    expect(served).toBeLessThan(15_000);
    expect((await fetch(`${waiting.url}/api/ada/tasks`)).status).toBe(200);
    await waiting.end('SIGTERM');
    await postgres.remove();
  });
});
