import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskDto } from '../../src/tasks/dto/task.dto.js';
import { startApp, type TestApp } from '../support/app.js';
import { requestBytes, sendRaw, type RawAnswer } from '../support/raw-http.js';
import { aUser, taskOf, TasksApi } from '../support/tasks-api.js';

let app: TestApp;
let api: TasksApi;
let treasure: TaskDto;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('victim'));
  treasure = await api.aTask({ title: 'Treasure' });
});
afterAll(() => app.close());
// Whatever was sent, somebody else's task is as it was and the service goes on.
afterEach(async () => {
  expect(taskOf(await api.get(treasure.id))).toEqual(treasure);
});

const ID = '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f';
const LIST = '/api/eve/tasks';
const ONE = `${LIST}/${ID}`;
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** What holds for every answer to a client's fault. */
function expectRefusal(answer: RawAnswer | undefined, codes: readonly string[]): void {
  if (!answer) throw new Error('the connection was closed without an answer');
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.head).toMatch(/\r\nX-Request-Id: [\x21-\x7e]{1,128}(\r\n|$)/i);
  expect(answer.head).toMatch(/\r\nX-Content-Type-Options: nosniff/i);
  expect(answer.head).not.toMatch(/\r\nX-Powered-By:/i);
  const body = JSON.parse(answer.body) as { success: boolean; error: { code: string } };
  expect(Object.keys(body)).toEqual(['success', 'error']);
  expect(codes).toContain(body.error.code);
}

const refused = async (codes: string | readonly string[], bytes: string | Buffer) => {
  expectRefusal(await sendRaw(app.port, bytes), [codes].flat());
};

/** Rows of a table for `it.each`, one for every text. */
const rows = (texts: readonly string[]) => texts.map((text) => [shown(text), text] as const);
const shown = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

describe('a path', () => {
  const malformed = [
    '%',
    '%z',
    '%zz',
    '%2',
    '%c0%af',
    '%ff',
    '%e0%80%80',
    '%ed%a0%80',
    '%f8%88',
    '%u0041',
  ];
  it.each(rows(malformed.flatMap((bad) => [`/api/${bad}/tasks`, `/api/a${bad}/tasks/${ID}`])))(
    'with broken percent-encoding is refused: %s',
    (_, path) => refused('BAD_REQUEST', requestBytes('GET', path)),
  );

  const controls = [
    '%00',
    'a%00b',
    '%01',
    '%09',
    '%0a',
    '%0d%0aX:1',
    '%1b',
    '%7f',
    '%c2%80',
    '%c2%9f',
  ];
  const blank = ['%20', '%c2%a0', '%e3%80%80', '%ef%bb%bf', '%20%09'];
  it.each(
    rows([...controls, ...blank, 'x'.repeat(256), '%f0%9f%98%80'.repeat(256), 'x'.repeat(8192)]),
  )('with a user that is none is refused: %s', (_, user) =>
    refused('VALIDATION_ERROR', requestBytes('GET', `/api/${user}/tasks`)),
  );

  const ids = [
    '0', '-1', '1e3', 'null', 'undefined', 'NaN', 'true', '[object Object]', '%00', '%20', '...',
    `${ID}%00`, `${ID}%20`, `%20${ID}`, `${ID}x`, ID.slice(1), ID.replaceAll('-', ''), `{${ID}}`, `urn:uuid:${ID}`,
    ID.replace('0', 'g'), ID.replaceAll('-', '_'), `${ID},${ID}`, `${ID};`, "'%20OR%201=1--", '%27;DROP%20TABLE%20tasks;--',
    '$ne', '%7b%22$gt%22:%22%22%7d', '*', '%25', 'x'.repeat(8192), '١٢٣', '%d9%a1',
  ].filter((id) => /^[\x21-\x7e]+$/.test(id)); // prettier-ignore
  it.each(
    rows(ids).flatMap(([name, id]) =>
      (['GET', 'DELETE', 'PUT'] as const).map((method) => [method, name, id] as const),
    ),
  )('with an id that is none is refused: %s %s', (method, _, id) =>
    refused(
      'VALIDATION_ERROR',
      requestBytes(method, `${LIST}/${id}`, {}, method === 'PUT' ? '{"title":"x"}' : undefined),
    ),
  );

  const nowhere = [
    '/', '//', '/api', '/api/', '/api/eve', '/api/eve/', '/api/eve/tasks/', '/api//tasks', '/api/eve//tasks',
    `${ONE}/`, `${ONE}/complete/`, `${ONE}/x`, `${ONE}/COMPLETE`, '/api/eve/Tasks', '/Api/eve/tasks', '/api/eve/tasks%2f',
    '/api%2feve%2ftasks', '/api/eve%2ftasks', '/%61pi/eve/tasks', '/api/eve/%74asks', '/.env', '/.git/config', '/package.json',
    '/docs/...', '/metrics/', '/health/live/', '/wp-login.php', '/api/eve/tasks;x=1', '/api/eve/tasks.json', '/api;x=1/eve/tasks',
  ]; // prettier-ignore
  it.each(rows(nowhere))('that leads nowhere is 404: %s', (_, path) =>
    refused('ROUTE_NOT_FOUND', requestBytes('GET', path)),
  );
});

describe('a request target', () => {
  const victims = (target: string) => target.replace('VICTIM', api.user);

  const ambiguous = [
    '/api\\VICTIM\\tasks#x', '/api\\VICTIM\\tasks', '/api/VICTIM/tasks#', '/api/VICTIM/tasks#x', '/#', '#', '\\',
    '/api/VICTIM/tasks?limit=1#x', '/api/VICTIM/tasks?search=\\', '/x\\..\\api/VICTIM/tasks', '\\api/VICTIM/tasks',
    '/./api/VICTIM/tasks', '/api/./VICTIM/tasks', '/x/../api/VICTIM/tasks', '/../api/VICTIM/tasks', '/api/../tasks', '/api/eve/tasks/..',
    '/api/./tasks', '/api/%2e/tasks', '/api/%2e%2e/tasks', '/api/%2E./tasks', '/api/.%2e/tasks', '/docs/%2e%2e/package.json', '/..',
    `${LIST}/..%2f..`, `${LIST}/%2e%2e`, '/docs/../package.json', '/docs/..%2fpackage.json', '/docs/..%2Fpackage.json', '/%2e%2e/%2e%2e/etc/passwd', '/.', '/api/..%2ftasks',
    '/api/%2F/tasks', '/api/%2FVICTIM/tasks', '/api/VICTIM%2F/tasks', '/api/VICTIM%2F%2f/tasks', '/api/a%2F%2Fb/tasks', '/%2Fapi/VICTIM/tasks',
    '/api/a%2F..%2FVICTIM/tasks', '/api/a%2F../tasks', '/api/a%2F%2e%2E%2FVICTIM/tasks', '/api/eve%2F.%2Fb/tasks', '/%2e%2e%2fapi/VICTIM/tasks',
    'api/VICTIM/tasks', 'x', '*', '?', '.', 'api', 'VICTIM:80', '://x/api/VICTIM/tasks', 'http:/api/VICTIM/tasks', 'http:api/VICTIM/tasks',
    'http:///api/VICTIM/tasks', 'http://?/api/VICTIM/tasks', 'http://x@y/api/VICTIM/tasks', 'http://[/api/VICTIM/tasks', 'http://x:y/api/VICTIM/tasks',
    'https://[::1/api/VICTIM/tasks', 'ftp://x/api/VICTIM/tasks', 'file:///api/VICTIM/tasks', 'javascript:alert(1)', 'http://x%2fapi/VICTIM/tasks',
    'http://x/y/../api/VICTIM/tasks', 'http://x/api/%2e%2e/tasks', 'http://x\\api/VICTIM/tasks', 'http://x#/api/VICTIM/tasks',
    '/api/VICTIM/tasks\xa0', '/api/é/tasks', '/api/VICTIM\u2028/tasks', '/api/VICTIM/tasks\t', '/api/VICTIM/tasks\f', '/api/VICTIM/tasks\x7f',
  ]; // prettier-ignore
  it.each(rows(ambiguous))('that others may read differently is refused: %s', (_, target) =>
    refused('BAD_REQUEST', requestBytes('GET', victims(target))),
  );

  it.each(['http://x', 'HTTPS://tasks.example', 'http://x:80', 'http://[::1]:3000', 'http://x:'])(
    'may be absolute: %s',
    async (origin) => {
      const list = await sendRaw(app.port, requestBytes('GET', `${origin}/api/${api.user}/tasks`));
      expect(list?.body).toContain(treasure.id);
      const next = await sendRaw(
        app.port,
        requestBytes('GET', `${origin}/api/${api.user}/tasks?limit=1&include_total=true`),
      );
      expect(next?.body).toContain('"total":1');
      const nobody = await sendRaw(app.port, requestBytes('GET', `${origin}?/api/eve/tasks`));
      expectRefusal(nobody, ['ROUTE_NOT_FOUND']);
      const docs = await sendRaw(app.port, requestBytes('GET', `${origin}/docs/swagger-ui.css`));
      expect(docs?.status).toBe(200);
    },
  );

  it('may be * for OPTIONS only', async () => {
    expectRefusal(await sendRaw(app.port, requestBytes('OPTIONS', '*')), ['ROUTE_NOT_FOUND']);
    expectRefusal(await sendRaw(app.port, requestBytes('POST', '*')), ['BAD_REQUEST']);
  });

  it.each(['a/b', '.b', '...', 'a..b', '.a', 'a.', 'a\\b', 'a#b', 'a?b', '%2F', 'é😀', ';', '+'])(
    'may encode any user: %s',
    async (name) => {
      const user = `${name}${aUser()}`;
      const task = await api.as(user).aTask();
      expect(task.user_id).toBe(user);
      const list = `/api/${encodeURIComponent(user)}/tasks`;
      expect((await sendRaw(app.port, requestBytes('GET', list)))?.body).toContain(task.id);
    },
  );

  it('is refused when it is its turn', async () => {
    const bytes = [
      requestBytes('GET', LIST, { 'X-Request-Id': '1' }),
      requestBytes('POST', '/api/../tasks', { 'X-Request-Id': '2' }, '{"title":"x"}'),
    ];
    let text = '';
    const socket = connect(app.port, '127.0.0.1', () => socket.write(Buffer.concat(bytes)));
    socket.on('data', (chunk) => (text += chunk.toString()));
    await once(socket, 'close');
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '200',
      '400',
    ]);
    expect([...text.matchAll(/X-Request-Id: (\d)/g)].map(([, id]) => id)).toEqual(['1', '2']);
  });
});

describe('a query', () => {
  const bad = [
    'limit', 'limit=', 'limit=0', 'limit=-1', 'limit=1001', 'limit=1.0', 'limit=1e2', 'limit=0x1', 'limit=%00', 'limit=NaN',
    'limit=Infinity', 'limit=9007199254740993', 'limit=1&limit=1', 'limit[]=1', 'limit[0]=1', 'limit[a]=1', 'limit=%2b1',
    'limit=1%20', 'limit=null', 'limit=true', 'limit=%F0%9F%98%80', 'cursor=', 'cursor=x', 'cursor=%00', 'cursor[]=x',
    'cursor=a&cursor=b', `cursor=${'A'.repeat(48)}`, `cursor=${'A'.repeat(7000)}`, 'cursor=..%2f..', 'cursor=null',
    'offset=1', 'page=1', 'Limit=1', '__proto__=1', '__proto__[limit]=1', 'constructor=1', 'constructor[prototype]=1',
    'toString=1', 'hasOwnProperty=1', '=', '=1', 'a', '%00=1', 'user_id=bob', 'id=1', '%F0%9F%98%80=1', '[]', '[limit]=1',
  ]; // prettier-ignore
  it.each(rows(bad))('that breaks a rule is refused: %s', (_, query) =>
    refused('VALIDATION_ERROR', requestBytes('GET', `${LIST}?${query}`)),
  );

  it.each(rows(['?', '?&', '?&&', '?limit=1', '?limit=1&', '?limit=0001']))(
    'that says nothing wrong is taken: %s',
    async (_, query) => {
      expect((await sendRaw(app.port, requestBytes('GET', LIST + query)))?.status).toBe(200);
    },
  );
});

describe('a body', () => {
  const broken = [
    '', ' ', '\n', '{', '}', '{}{}', '{"a"}', '{"a":}', '{a:1}', "{'a':1}", '{"a":1,}', '[]', '[{}]', '"x"', '1', 'null', 'true',
    'NaN', 'undefined', '{"title":"\n"}', '{"title":"\\x41"}', '{"title":"\\ud83"}', '\ufeff', '{"a":01}', '{"a":.5}', '{"a":+1}',
    '/* */{}', '{"title":"x"}//', '<xml/>', 'title=x', '\u0000', '{"title":"x"}\u0000', '{"a":Infinity}', '{"a":0x1}',
    '{"a":'.repeat(33) + '1' + '}'.repeat(33), '['.repeat(50_000), '{"a":['.repeat(10_000), '[[[[', '{"title":"x"',
  ]; // prettier-ignore
  it.each(rows(broken))('that is no JSON object is refused: %s', (_, body) =>
    refused('INVALID_JSON', requestBytes('POST', LIST, {}, body)),
  );

  const notUtf8 = [
    [0xff],
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xe2, 0x82],
    [0x80],
  ];
  it.each(notUtf8.map((bytes) => [Buffer.from(bytes).toString('hex'), bytes] as const))(
    'that is no UTF-8 is refused: %s',
    (_, bytes) =>
      refused(
        'INVALID_JSON',
        requestBytes(
          'POST',
          LIST,
          {},
          Buffer.concat([Buffer.from('{"title":"'), Buffer.from(bytes), Buffer.from('"}')]),
        ),
      ),
  );

  const bad = [
    '{}', '{"title":null}', '{"title":1}', '{"title":true}', '{"title":[]}', '{"title":{}}', '{"title":["x"]}', '{"title":""}',
    '{"title":"   "}', '{"title":"\\u0000"}', '{"title":"a\\u0000b"}', '{"title":"\\ud83d"}', '{"title":"\\ude00\\ud83d"}',
    '{"title":"\\udfff"}', `{"title":"${'x'.repeat(201)}"}`, `{"title":"${'😀'.repeat(201)}"}`, '{"title":"\\u3000\\ufeff"}',
    '{"title":1e999}', '{"title":123456789012345678901234567890}', '{"title":{"toString":"x"}}', '{"title":{"length":5}}',
    '{"title":"x","description":1}', '{"title":"x","description":[]}', '{"title":"x","description":{}}',
    '{"title":"x","description":"\\u0000"}', '{"title":"x","description":"\\udc00"}', `{"title":"x","description":"${'x'.repeat(1001)}"}`,
    '{"title":"x","completed":null}', '{"title":"x","completed":"true"}', '{"title":"x","completed":1}', '{"title":"x","completed":[]}',
    '{"title":"x","id":"1"}', '{"title":"x","user_id":"victim"}', '{"title":"x","created_at":"x"}', '{"title":"x","updated_at":"x"}',
    '{"title":"x","Title":"y"}', '{"title":"x","":1}', '{"title":"x","__proto__":{}}', '{"title":"x","__proto__":{"completed":true}}',
    '{"title":"x","constructor":{"prototype":{"a":1}}}', '{"title":"x","prototype":1}', '{"title":"x","toString":1}',
    '{"title":"x","hasOwnProperty":1}', '{"title":"x","$where":"1"}', '{"title":"x","a":{"b":{"c":1}}}', '{"title":"x","then":1}',
    '{"title ":"x"}', '{"title\\u0000":"x"}', '{"title":"x","title":""}', `{"title":"x","${'k'.repeat(5000)}":1}`,
  ]; // prettier-ignore
  it.each(rows(bad))('that breaks a rule is refused: %s', (_, body) =>
    refused('VALIDATION_ERROR', requestBytes('POST', LIST, {}, body)),
  );

  it.each(
    rows([
      '{}',
      '{"title":null}',
      '{"completed":null}',
      '{"x":1}',
      '{"title":"\\u0000"}',
      '{"id":1}',
    ]),
  )('that breaks a rule is refused in a PUT and a PATCH: %s', async (_, body) => {
    await refused('VALIDATION_ERROR', requestBytes('PUT', ONE, {}, body));
    await refused('VALIDATION_ERROR', requestBytes('PATCH', ONE, {}, body));
  });

  const types = [
    'text/plain', 'text/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'json',
    'application/json-patch+json', 'application/vnd.api+json', '*/*', 'application/*', 'application', '/', ' ', 'x'.repeat(2000),
    'application/json; charset=utf-16', 'application/json; charset=latin1', 'application/json; charset=', 'application/json, text/plain',
    'application/merge-patch+json', 'application/jsonp', 'application/ json', 'application/json;charset="utf-8', 'text/plain; application/json',
  ]; // prettier-ignore
  it.each(rows(types))('of another type is refused: %s', (_, type) =>
    refused(
      'UNSUPPORTED_MEDIA_TYPE',
      requestBytes('POST', LIST, { 'Content-Type': type }, '{"title":"x"}'),
    ),
  );

  const encodings = ['zip', 'compress', 'x', 'gzip, gzip', 'identity, gzip', 'gzip;q=1', 'zstd'];
  it.each(rows(encodings))('in an encoding nobody knows is refused: %s', (_, encoding) =>
    refused(
      'UNSUPPORTED_MEDIA_TYPE',
      requestBytes('POST', LIST, { ...JSON_TYPE, 'Content-Encoding': encoding }, '{"title":"x"}'),
    ),
  );

  it.each(['gzip', 'deflate', 'br'])('that is no %s is refused', async (encoding) => {
    const headers = { ...JSON_TYPE, 'Content-Encoding': encoding };
    for (const body of ['{"title":"x"}', '\x1f\x8b', 'x'.repeat(1000)]) {
      await refused('BAD_REQUEST', requestBytes('POST', LIST, headers, body));
    }
  });

  const bomb = Buffer.from(`{"title":"${'x'.repeat(20_000_000)}"}`);
  it.each([
    ['as it is', undefined, bomb.subarray(0, 102_401)],
    ['as a gzip bomb', 'gzip', gzipSync(bomb)],
    ['as a deflate bomb', 'deflate', deflateSync(bomb)],
    ['as a br bomb', 'br', brotliCompressSync(bomb, { params: {} })],
    ['cut off gzip', 'gzip', gzipSync(bomb).subarray(0, 10_000)],
  ] as const)('that is too large is refused: %s', (_, encoding, body) =>
    refused(
      ['PAYLOAD_TOO_LARGE', 'BAD_REQUEST'],
      requestBytes(
        'POST',
        LIST,
        { ...JSON_TYPE, ...(encoding && { 'Content-Encoding': encoding }) },
        Buffer.from(body),
      ),
    ),
  );
});

describe('a method', () => {
  const methods = [
    'TRACE',
    'PROPFIND',
    'LOCK',
    'MKCOL',
    'COPY',
    'PURGE',
    'SEARCH',
    'REPORT',
    'LINK',
    'M-SEARCH',
    'QUERY',
  ];
  const paths = [LIST, ONE, `${ONE}/complete`, '/health', '/metrics', '/docs', '/openapi.json'];
  it.each(methods.flatMap((method) => paths.map((path) => [method, path] as const)))(
    'that an address does not have is refused: %s %s',
    async (method, path) => {
      const answer = await sendRaw(app.port, requestBytes(method, path));
      expectRefusal(answer, ['METHOD_NOT_ALLOWED', 'BAD_REQUEST']);
    },
  );

  it.each(['FOO', 'get', 'G', 'GETT', 'X'.repeat(200), 'GET\0', '(', 'G\tT'])(
    'that is none is refused: %j',
    (method) => refused('BAD_REQUEST', `${method} ${LIST} HTTP/1.1\r\nHost: x\r\n\r\n`),
  );

  it('CONNECT is refused', () =>
    refused('METHOD_NOT_ALLOWED', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n'));

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'cannot be overridden by %s',
    async (name) => {
      const answer = await sendRaw(
        app.port,
        requestBytes('GET', `/api/${api.user}/tasks/${treasure.id}`, { [name]: 'DELETE' }),
      );
      expect(answer?.status).toBe(200);
    },
  );

  it.each([
    'X-User-Id',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Forwarded-User',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'Forwarded',
    'Authorization',
    'X-Forwarded-Prefix',
  ])('and user are those of the request line, whatever %s says', async (name) => {
    const answer = await sendRaw(
      app.port,
      requestBytes('GET', LIST, { [name]: `/api/${api.user}/tasks` }),
    );
    expect(answer?.status).toBe(200);
    expect(answer?.body).not.toContain(treasure.id);
  });
});

describe('the protocol', () => {
  const tls = Buffer.from('16030100a5010000a10303', 'hex');
  it.each([
    ['garbage', 'asdf\r\n\r\n'],
    ['binary garbage', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 37) % 256))],
    ['a TLS hello', tls],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that is none', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['no version', 'GET /\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost x\r\n\r\n'],
    ['a header with a space in its name', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['a header with a control character', 'GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\n A: b\r\n\r\n'],
    ['a length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n'],
    ['a negative length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['a huge length', `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\n`],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'an encoding that is none',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n',
    ],
    ['two encodings', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['a lone line feed', 'GET / HTTP/1.1\nHost: x\nA\n\n'],
    ['a target that is none', 'GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a target with a control character', 'GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('is refused when it is %s', async (_, bytes) => {
    await refused(['BAD_REQUEST', 'ROUTE_NOT_FOUND'], bytes);
  });

  it('is refused when a chunk is none', () =>
    refused(
      'BAD_REQUEST',
      `POST ${LIST} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
    ));

  it.each(['X'.repeat(16_500), 'X\r\n'.repeat(1) + `A: ${'b'.repeat(17_000)}`])(
    'is 431 with a header section that is too large',
    (value) => refused('HEADERS_TOO_LARGE', `GET / HTTP/1.1\r\nHost: x\r\nA: ${value}\r\n\r\n`),
  );

  it('is 431 with a target that is too large', () =>
    refused('HEADERS_TOO_LARGE', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`));

  it.each(['200-ok', 'x', '0'])('is 417 with another expectation: %s', (expect) =>
    refused('EXPECTATION_FAILED', requestBytes('POST', LIST, { Expect: expect }, '{"title":"x"}')),
  );

  it('has 100-continue', async () => {
    const answer = await sendRaw(
      app.port,
      `POST ${LIST} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(answer?.status).toBe(100);
  });

  it('may be HTTP/1.0', async () => {
    const answer = await sendRaw(app.port, `GET ${LIST} HTTP/1.0\r\n\r\n`);
    expect(answer?.status).toBe(200);
    expect(answer?.head).toMatch(/\r\nConnection: close/i);
  });

  it('answers pipelined requests in order', async () => {
    const bytes = ['1', '2', '3'].map((id) =>
      requestBytes('GET', LIST, { 'X-Request-Id': id, ...(id === '3' && { Connection: 'close' }) }),
    );
    let text = '';
    await new Promise((resolve) => {
      const socket = connect(app.port, '127.0.0.1', () => socket.write(Buffer.concat(bytes)));
      socket.on('data', (chunk) => (text += chunk.toString())).on('close', resolve);
    });
    expect([...text.matchAll(/X-Request-Id: (\d)/g)].map(([, id]) => id)).toEqual(['1', '2', '3']);
  });

  it('ignores an upgrade', async () => {
    const answer = await sendRaw(
      app.port,
      requestBytes('GET', LIST, { Connection: 'Upgrade', Upgrade: 'websocket' }),
    );
    expect(answer?.status).toBe(200);
  });
});
