import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pause } from '../support/breakable-postgres.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { figure } from '../support/figure.js';
import { requestBytes } from '../support/raw-http.js';
import { freePort, ServerProcess } from '../support/server.js';

let database: TestDatabase;
let server: ServerProcess;

const LIST = '/api/ada/tasks?limit=1000';

beforeAll(async () => {
  database = await createDatabase();
  const settings = { DATABASE_URL: database.url, LOG_LEVEL: 'error' };
  server = await new ServerProcess(await freePort(), settings).ready();
  await database.query(`
    INSERT INTO tasks (id, user_id, title, description, completed, created_at, updated_at)
    SELECT gen_random_uuid(), 'ada', repeat('t', 200), repeat('😀', 1000), false, now(), now()
    FROM generate_series(1, 1000)`);
});
afterAll(async () => {
  await server.end('SIGTERM');
  await database.drop();
});

/** Bytes of memory that the server process has. */
async function memory(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
}

/** A connection that asks and does not read. */
async function unread(bytes: string | Buffer): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined).pause();
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

/** Reads all that has arrived and returns it, with what becomes of the connection. */
async function readOn(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
  if (!socket.closed) await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** The whole list, as soon as there is room for it again. */
async function whole(): Promise<string> {
  for (;;) {
    const answer = await fetch(server.url + LIST);
    const text = await answer.text();
    if (answer.status === 200) return text;
    await pause(100);
  }
}

const ask = requestBytes('GET', LIST);

describe('clients that do not read', () => {
  it('take bounded memory, and others get small answers and 503 for large ones', async () => {
    const sockets = await Promise.all(Array.from({ length: 120 }, () => unread(ask)));
    let refused: Response;
    const deadline = Date.now() + 30_000;
    do {
      refused = await fetch(server.url + LIST);
      await refused.text();
    } while (refused.status !== 503 && Date.now() < deadline);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.has('link')).toBe(false);
    expect((await fetch(`${server.url}/api/ada/tasks?limit=1`)).status).toBe(200);
    const bytes = await memory();
    figure('memory beside 120 clients that never read 4 MB', bytes / 1e6, 'MB');
    expect(bytes).toBeLessThan(700e6);
    for (const socket of sockets) socket.destroy();
  });

  it('lose their connections, pipelined ones and those that go on sending too', async () => {
    await whole();
    const sockets = await Promise.all([
      unread(ask),
      unread(Buffer.concat([ask, ask, ask])),
      unread(Buffer.concat([ask, Buffer.from('GET / HTTP/9.9\r\n\r\n')])),
      unread(Buffer.concat([ask, Buffer.from('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n')])),
      unread(ask),
    ]);
    const trickle = setInterval(() => sockets.at(-1)?.write('G'), 500);
    await pause(30_000);
    clearInterval(trickle);
    // What the system had taken on both sides arrives, and never the whole answer.
    const received = await Promise.all(sockets.map(readOn));
    expect(received[0]).toMatch(/^HTTP\/1\.1 200 /);
    for (const text of received) expect(text.endsWith('"next_cursor":null}}')).toBe(false);
    await whole();
  });
});

describe('a client that reads slowly', () => {
  it('gets all of its answer', async () => {
    const bytes = Buffer.byteLength(await whole());
    const socket = await unread(requestBytes('GET', LIST, { Connection: 'close' }));
    const began = performance.now();
    let received = 0;
    // An eighth of the answer a time, with pauses that are longer than the first look at a connection.
    let next = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received < next) return;
      next = received + bytes / 8;
      socket.pause();
      setTimeout(() => socket.resume(), 3_000);
    });
    socket.resume();
    await once(socket, 'close');
    expect(performance.now() - began).toBeGreaterThan(15_000);
    expect(received).toBeGreaterThan(bytes);
  });

  it('may leave its connection idle for longer, and use it again', async () => {
    const socket = connect(server.port, '127.0.0.1');
    for (let round = 0; round < 2; round += 1) {
      socket.write(requestBytes('GET', '/health/live'));
      expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
      await pause(12_000);
      expect(socket.closed).toBe(false);
    }
    socket.destroy();
  });
});
