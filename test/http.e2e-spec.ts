import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { failure } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, taskOf, TasksApi } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

/** A POST whose body is sent as it is. */
function post(body: string | Buffer, headers: Record<string, string> = {}) {
  return api
    .create()
    .set({ 'Content-Type': 'application/json', ...headers })
    .serialize((raw) => raw as string)
    .send(body);
}

/** Sends bytes and returns all that comes back. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(app.port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => {
      resolve(answer);
    });
    socket.on('error', reject);
  });
}

describe('an address that is none', () => {
  it.each([
    '/',
    '/api',
    '/nothing',
    '/api/ada/tasks/',
    '/api//tasks',
    '/api/ada//tasks',
    '//api/ada/tasks',
    '/API/ada/tasks',
    '/api/ada/Tasks',
    '/health/',
    '/Health',
    '/openapi.json/',
    '/docs/',
    '/docs/index.html',
  ])('is 404: %s', async (path) => {
    expect(await request(app.url).get(path)).toEqual(failure('ROUTE_NOT_FOUND'));
  });

  it('is 404 before anyone looks at the body', async () => {
    const response = await request(app.url).post('/nothing').type('text/plain').send('x');
    expect(response).toEqual(failure('ROUTE_NOT_FOUND'));
  });
});

describe('a method that an address does not have', () => {
  const id = '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f';

  it.each([
    ['DELETE', '/api/ada/tasks', 'GET, HEAD, POST, OPTIONS'],
    ['POST', `/api/ada/tasks/${id}`, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['POST', `/api/ada/tasks/${id}/complete`, 'PATCH, OPTIONS'],
    ['HEAD', `/api/ada/tasks/${id}/complete`, 'PATCH, OPTIONS'],
    ['PROPFIND', '/api/ada/tasks', 'GET, HEAD, POST, OPTIONS'],
    ['TRACE', '/api/ada/tasks', 'GET, HEAD, POST, OPTIONS'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
    ['POST', '/docs', 'GET, HEAD, OPTIONS'],
    ['PUT', '/openapi.json', 'GET, HEAD, OPTIONS'],
    ['POST', '/docs/swagger-ui-bundle.js', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/docs/swagger-ui-init.js', 'GET, HEAD, OPTIONS'],
    ['POST', '/metrics', 'GET, HEAD, OPTIONS'],
    ['PUT', '/health/live', 'GET, HEAD, OPTIONS'],
  ])('is 405: %s %s', async (method, path, allow) => {
    const answer = await raw(
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toContain(`\r\nAllow: ${allow}\r\n`);
    expect(answer.includes('"METHOD_NOT_ALLOWED"')).toBe(method !== 'HEAD');
  });

  it('is told by OPTIONS', async () => {
    const response = await request(app.url).options('/api/ada/tasks');
    expect(response.status).toBe(204);
    expect(response.headers.allow).toBe('GET, HEAD, POST, OPTIONS');
  });
});

describe('HEAD', () => {
  it('mirrors GET without a body', async () => {
    const { id } = await api.aTask();
    const get = await api.get(id);
    const head = await request(app.url).head(`/api/${api.user}/tasks/${id}`);
    expect(head.status).toBe(200);
    expect(head.text).toBeUndefined();
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });
});

describe('X-Request-Id', () => {
  it.each(['abc', '~!', 'x'.repeat(128)])("keeps the client's own: %s", async (id) => {
    const { headers } = await api.list().set('X-Request-Id', id);
    expect(headers['x-request-id']).toBe(id);
  });

  it.each(['two words', 'ü', 'x'.repeat(129)])('replaces a bad one: %s', async (id) => {
    const { headers } = await api.list().set('X-Request-Id', id);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('differs from request to request', async () => {
    const ids = [await api.list(), await api.list()].map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a JSON body', () => {
  const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);

  it.each([
    ['empty', ''],
    ['blank', ' '],
    ['malformed', '{"title":'],
    ['an array', '[{"title":"x"}]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['a number', '1'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['deeper than 32 levels', nested(33)],
    ['very deep', `{"title":${'['.repeat(50_000)}`],
    ['two values', '{}{}'],
  ])('is INVALID_JSON when it is %s', async (_, body) => {
    expect(await post(body)).toEqual(failure('INVALID_JSON'));
  });

  it('may be 32 levels deep', async () => {
    expect(await post(nested(32))).toEqual(failure('VALIDATION_ERROR', ['title', 'a']));
  });

  it('does not count brackets in strings', async () => {
    const title = `${'[{'.repeat(40)}\\"`;
    expect(taskOf(await post(JSON.stringify({ title }))).title).toBe(title);
  });

  it.each([
    ['text/plain', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['another kind of JSON', 'application/problem+json'],
    ['a merge patch', 'application/merge-patch+json'],
    ['another charset', 'application/json; charset=iso-8859-1'],
    ['UTF-16', 'application/json; charset=utf-16'],
    ['nonsense', ';;;'],
  ])('is 415 when it is %s', async (_, type) => {
    expect(await post('{"title":"x"}', { 'Content-Type': type })).toEqual(
      failure('UNSUPPORTED_MEDIA_TYPE'),
    );
  });

  it('is 415 without a type', async () => {
    const answer = await raw(
      `POST /api/ada/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    );
    expect(answer).toContain('"UNSUPPORTED_MEDIA_TYPE"');
  });

  it.each(['application/json;charset=utf-8', 'Application/JSON; Charset="UTF-8"'])(
    'may come as %s',
    async (type) => {
      expect((await post('{"title":"x"}', { 'Content-Type': type })).status).toBe(201);
    },
  );

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('may be compressed with %s', async (encoding, compress) => {
    const response = await post(compress('{"title":"x"}'), { 'Content-Encoding': encoding });
    expect(response.status).toBe(201);
  });

  it('is 415 in an encoding nobody knows', async () => {
    expect(await post('{"title":"x"}', { 'Content-Encoding': 'zip' })).toEqual(
      failure('UNSUPPORTED_MEDIA_TYPE'),
    );
  });

  it('is BAD_REQUEST when it is no gzip', async () => {
    expect(await post('{"title":"x"}', { 'Content-Encoding': 'gzip' })).toEqual(
      failure('BAD_REQUEST'),
    );
  });

  it('is at most 102,400 bytes long', async () => {
    const body = (bytes: number) => `{"title":"x"${' '.repeat(bytes - 13)}}`;
    expect((await post(body(102_400))).status).toBe(201);
    expect(await post(body(102_401))).toEqual(failure('PAYLOAD_TOO_LARGE'));
    const bomb = gzipSync(body(10_000_000));
    expect(await post(bomb, { 'Content-Encoding': 'gzip' })).toEqual(failure('PAYLOAD_TOO_LARGE'));
  });
});

describe('the faults of a request', () => {
  const bad = { 'If-Match': 'x', 'If-None-Match': 'y', 'Idempotency-Key': 'two words' };

  it('are listed together, whichever part they are in', async () => {
    const nobody = api.as(' ');
    expect(await nobody.list({ limit: 0, sort: 'x' })).toEqual(
      failure('VALIDATION_ERROR', ['user_id', 'sort', 'limit']),
    );
    expect(await nobody.create({ title: 1 }).set(bad)).toEqual(
      failure('VALIDATION_ERROR', ['user_id', 'title', 'Idempotency-Key']),
    );
    expect(await nobody.put('x', { completed: 1 }).set(bad)).toEqual(
      failure('VALIDATION_ERROR', ['task_id', 'user_id', 'completed', 'If-Match', 'If-None-Match']),
    );
  });

  it('are both named when If-Match and If-None-Match are bad', async () => {
    const { id } = await api.aTask();
    expect(await api.get(id).set(bad)).toEqual(
      failure('VALIDATION_ERROR', ['If-Match', 'If-None-Match']),
    );
  });

  it('are those of the path alone where the body cannot be read', async () => {
    const put = () => api.put('x');
    for (const answer of [
      await put(),
      await put().type('json').send('{"title":'),
      await put().type('text/plain').send('x'),
    ]) {
      expect(answer).toEqual(failure('VALIDATION_ERROR', ['task_id']));
    }
  });
});

describe('a request that cannot be understood', () => {
  it('does not take the place of the answer to the one before', async () => {
    const { user } = api;
    const post = `POST /api/${user}/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"title":"x"}`;
    const statuses = [...(await raw(`${post}${post}GARBAGE\r\n\r\n`)).matchAll(/HTTP\/1.1 (\d+)/g)];
    expect(statuses.map(([, status]) => status)).toEqual(['201', '201', '400']);
    const expected = await raw(`${post}GET / HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n\r\n`);
    expect([...expected.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '201',
      '417',
    ]);
  });

  it.each(['1.0', '1.1'])('is BAD_REQUEST with two hosts, in HTTP/%s', async (version) => {
    const answer = await raw(`GET /health/live HTTP/${version}\r\nHost: x\r\nhost: y\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"BAD_REQUEST"');
  });

  it("keeps the client's request id where it could be read", async () => {
    const head = 'Host: x\r\nX-Request-Id: mine\r\n';
    for (const bytes of [
      `GET / HTTP/1.1\r\n${head}Expect: foo\r\n\r\n`,
      `CONNECT a:1 HTTP/1.1\r\n${head}\r\n`,
      `POST /api/a/tasks HTTP/1.1\r\n${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz`,
    ]) {
      expect(await raw(bytes)).toContain('\r\nX-Request-Id: mine\r\n');
    }
  });

  it.each([
    '/api/%zz/tasks',
    '/api/%ff/tasks',
    '/api/%E0%A4%A/tasks',
    '/%zz',
    '/docs/%zz',
    '/api/ada/tasks?search=%',
    '/api/ada/tasks?search=%ff',
    '/api/ada/tasks?search=%ED%A0%80',
    '/api/ada/tasks?%zz=1',
  ])('is BAD_REQUEST: %s', async (path) => {
    expect(await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toContain(
      '"BAD_REQUEST"',
    );
  });

  it.each([
    ['garbage', 'hello\r\n\r\n', 'BAD_REQUEST', 400],
    ['a bad length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n', 'BAD_REQUEST', 400],
    [
      'a header section that is too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'HEADERS_TOO_LARGE',
      431,
    ],
  ] as const)('is answered in the envelope: %s', async (_, bytes, code, status) => {
    const [head = '', body = ''] = (await raw(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toMatch(/\r\nX-Request-Id: \S+/);
    expect(JSON.parse(body)).toMatchObject({ success: false, error: { code } });
  });
});
