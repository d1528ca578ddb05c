import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pause } from '../support/breakable-postgres.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { requestBytes, sendRaw } from '../support/raw-http.js';
import { freePort, ServerProcess } from '../support/server.js';

let database: TestDatabase;
let server: ServerProcess;

beforeAll(async () => {
  database = await createDatabase();
  server = await new ServerProcess(await freePort(), { DATABASE_URL: database.url }).ready();
});
afterAll(async () => {
  await server.end('SIGTERM');
  await database.drop();
});

const LIST = '/api/ada/tasks';
const CONNECT = 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n';
const CONNECTIONS = 100;

type Ending = (socket: Socket) => unknown;

const endings: readonly (readonly [string, Ending])[] = [
  ['a reset at once', (socket) => socket.resetAndDestroy()],
  ['a reset after the answer', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  [
    'a half-close and a reset',
    (socket) => socket.end(() => setTimeout(() => socket.resetAndDestroy(), 5)),
  ],
  [
    'more bytes and a reset',
    (socket) => {
      socket.write('GET / HTTP/1.1\r\n\0', () => socket.resetAndDestroy());
    },
  ],
];

const requests: readonly (readonly [string, string | Buffer])[] = [
  ['CONNECT', CONNECT],
  ['a request and CONNECT', Buffer.concat([requestBytes('GET', LIST), Buffer.from(CONNECT)])],
  ['an upgrade', requestBytes('GET', LIST, { Connection: 'Upgrade', Upgrade: 'websocket' })],
  ['broken HTTP', 'GET / HTTP/9.9\r\n\r\n'],
  ['a request and broken HTTP', Buffer.concat([requestBytes('GET', LIST), Buffer.from('\0\r\n')])],
  ['many requests', Buffer.concat(Array.from({ length: 20 }, () => requestBytes('GET', LIST)))],
  ['half a header section', `GET ${LIST} HTTP/1.1\r\nHost:`],
  ['half a body', requestBytes('POST', LIST, { 'Content-Length': '20' }, '{"title":')],
  [
    'half a gzip body',
    requestBytes(
      'POST',
      LIST,
      { 'Content-Encoding': 'gzip', 'Content-Length': '50' },
      gzipSync('{"title":"Write the letter"}').subarray(0, 15),
    ),
  ],
  ['an expectation', requestBytes('POST', LIST, { Expect: '200-ok' }, '{}')],
  ['a static file', requestBytes('GET', '/docs/swagger-ui-bundle.js')],
];

/** Opens connections that all send the bytes and end in the same way. */
async function open(bytes: string | Buffer, end: Ending): Promise<void> {
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(bytes, () => end(socket));
      });
      socket.on('error', () => undefined).resume();
      // Some are left without an answer to wait for.
      socket.setTimeout(1_000, () => socket.resetAndDestroy());
      await once(socket, 'close');
    }),
  );
}

describe('a connection that fails', () => {
  it.each(
    requests.flatMap(([what, bytes]) =>
      endings.map(([how, end]) => [what, how, bytes, end] as const),
    ),
  )('is its own end and nobody else’s: %s, then %s', async (_, __, bytes, end) => {
    await open(bytes, end);
    await pause(50);
    expect((await fetch(server.url + LIST)).status).toBe(200);
    expect(server.hasExited).toBe(false);
    expect(server.output).not.toMatch(/"level":[56]0/);
  });
});

describe('CONNECT behind another request', () => {
  it('is answered after it', async () => {
    const socket = connect(server.port, '127.0.0.1');
    let answers = '';
    socket.on('data', (chunk) => (answers += String(chunk)));
    socket.write(requestBytes('GET', LIST));
    socket.write(CONNECT);
    await once(socket, 'close');
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 405']);
  });

  it('is 405 in the envelope alone', async () => {
    const answer = await sendRaw(server.port, CONNECT);
    expect(answer?.status).toBe(405);
    expect(answer?.body).toContain('"METHOD_NOT_ALLOWED"');
  });
});
