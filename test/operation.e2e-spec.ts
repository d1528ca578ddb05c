import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import request from 'supertest';
import { TaskListsService } from '../src/tasks/task-lists.service.js';
import { failure } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { createDatabase } from './support/database.js';
import { requestBytes } from './support/raw-http.js';
import { freePort, ServerProcess } from './support/server.js';
import { aUser, TasksApi } from './support/tasks-api.js';
import { until } from './support/until.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

/** Runs something against an application with other settings. */
async function withSettings(
  environment: Record<string, string>,
  use: (app: TestApp) => Promise<void>,
) {
  const other = await startApp(environment);
  try {
    await use(other);
  } finally {
    await other.close();
  }
}

describe('security headers', () => {
  it.each([
    '/api/ada/tasks',
    '/nothing',
    '/docs',
    '/openapi.json',
    '/health',
    '/metrics',
    '/api/%zz/tasks',
  ])('are on every answer: %s', async (path) => {
    const { headers } = await request(app.url).get(path);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'self'") as unknown,
      'strict-transport-security': expect.any(String) as unknown,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('CORS', () => {
  const origin = 'https://app.example';

  it('is off by default', async () => {
    const { headers } = await api.list().set('Origin', origin);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('lets in the origins of the list and no other, never with credentials', () =>
    withSettings({ CORS_ORIGINS: `https://other.example, ${origin}` }, async (other) => {
      const ask = (from: string) => request(other.url).get('/api/ada/tasks').set('Origin', from);
      expect((await ask(origin)).headers['access-control-allow-origin']).toBe(origin);
      const { headers } = await ask('https://evil.example');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
      const preflight = await request(other.url)
        .options('/api/ada/tasks')
        .set({ Origin: origin, 'Access-Control-Request-Method': 'POST' });
      expect(preflight.status).toBe(204);
      expect(preflight.headers['access-control-allow-methods']).toContain('POST');
    }));
});

describe.each(['memory', 'database'])('rate limiting in the %s', (RATE_LIMIT_STORE) => {
  const limited = { RATE_LIMIT: '5', RATE_LIMIT_WINDOW_S: '2', RATE_LIMIT_STORE };

  it('is 429 with Retry-After beyond the limit of a user, until the window is over', () =>
    withSettings({ ...limited, TRUST_PROXY: 'loopback' }, async (other) => {
      const ask = (user: string, from: number) =>
        new TasksApi(other, user).list().set('X-Forwarded-For', `192.0.2.${from}`);
      for (let from = 1; from <= 5; from += 1) {
        const { status, headers } = await ask('ada', from);
        expect(status).toBe(200);
        expect(headers['ratelimit-policy']).toContain('"user"; q=5; w=2');
        expect(headers.ratelimit).toContain(`"user"; r=${5 - from}`);
      }
      const refused = await ask('ada', 6);
      expect(refused).toEqual(failure('RATE_LIMITED'));
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await ask('bob', 7)).status).toBe(200);
      await sleep(2100);
      expect((await ask('ada', 8)).status).toBe(200);
    }));

  it('holds an address to the same limit, whoever it says it is', () =>
    withSettings(limited, async (other) => {
      const ask = () =>
        new TasksApi(other, aUser()).list().set('X-Forwarded-For', `192.0.2.${Math.random()}`);
      for (let i = 0; i < 5; i += 1) expect((await ask()).status).toBe(200);
      expect(await ask()).toEqual(failure('RATE_LIMITED'));
    }));

  it.each(['\0', 'a\0b', ' ', 'x'.repeat(3_000), '\u{1f600}'.repeat(256)])(
    'counts no user that cannot be: %#',
    (user) =>
      withSettings({ ...limited, TRUST_PROXY: 'loopback' }, async (other) => {
        const answer = await request(other.url).get(`/api/${encodeURIComponent(user)}/tasks`);
        expect(answer).toEqual(failure('VALIDATION_ERROR', ['user_id']));
        expect(answer.headers).not.toHaveProperty('ratelimit');
      }),
  );

  it('counts a sender whose forwarded address is none by the address that it has', () =>
    withSettings({ ...limited, TRUST_PROXY: 'loopback' }, async (other) => {
      const ask = () => {
        const noise = randomBytes(4_000).toString('base64');
        return new TasksApi(other, aUser()).list().set('X-Forwarded-For', noise);
      };
      for (let i = 0; i < 5; i += 1) expect((await ask()).status).toBe(200);
      expect(await ask()).toEqual(failure('RATE_LIMITED'));
    }));
});

describe('rate limiting', () => {
  it('is off by default', async () => {
    const { headers } = await api.list();
    expect(headers).not.toHaveProperty('ratelimit');
  });

  it('counts for all processes in the database', async () => {
    const database = await createDatabase();
    const settings = { DATABASE_URL: database.url, RATE_LIMIT: '4', RATE_LIMIT_STORE: 'database' };
    const servers = [
      new ServerProcess(await freePort(), settings),
      new ServerProcess(await freePort(), settings),
    ];
    const statuses: number[] = [];
    await Promise.all(servers.map((server) => server.ready()));
    for (let i = 0; i < 3; i += 1) {
      for (const { url } of servers) statuses.push((await fetch(`${url}/api/ada/tasks`)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    await Promise.all(servers.map((server) => server.end('SIGTERM')));
    await database.drop();
  });
});

describe('GET /metrics', () => {
  it('measures requests by method, route template and status, and names nobody', async () => {
    const { id } = await api.aTask();
    await api.get(id);
    await request(app.url).get('/nothing');
    const { text, headers } = await request(app.url).get('/metrics');
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    for (const line of [
      'http_request_duration_seconds_count{method="POST",route="/api/:user_id/tasks",status="201"}',
      'http_request_duration_seconds_count{method="GET",route="/api/:user_id/tasks/:task_id",status="200"}',
      'http_request_duration_seconds_count{method="other",route="none",status="404"}',
      'http_requests_in_flight 1',
      'database_pool_size',
      'database_pool_idle',
      'database_pool_waiting 0',
      'nodejs_eventloop_lag_seconds',
      'process_resident_memory_bytes',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).not.toContain(api.user);
    expect(text).not.toContain(id);
  });

  it('counts no request as in flight whose connection broke before its turn to be answered', async () => {
    const inFlight = async () => {
      const { text } = await request(app.url).get('/metrics');
      return Number(/^http_requests_in_flight (\d+)$/m.exec(text)?.[1]);
    };
    let answerFirst: (() => void) | undefined;
    jest.spyOn(app.app.get(TaskListsService), 'page').mockImplementationOnce(
      () =>
        new Promise((_, reject) => {
          answerFirst = () => {
            reject(new Error('on purpose'));
          };
        }),
    );
    const socket = connect(app.port, '127.0.0.1');
    socket.write(requestBytes('GET', `/api/${api.user}/tasks`));
    await until(() => answerFirst !== undefined);
    for (let i = 0; i < 20; i += 1) socket.write(requestBytes('GET', '/health/live'));
    await until(async () => (await inFlight()) === 22);
    socket.resetAndDestroy();
    await until(async () => (await inFlight()) === 1);
    answerFirst?.();
    expect(await inFlight()).toBe(1);
  });
});

describe('an unexpected error in a handler', () => {
  it('is a 500 in the envelope that tells nothing, and the process goes on', async () => {
    const list = jest
      .spyOn(app.app.get(TaskListsService), 'page')
      .mockRejectedValueOnce(new Error('relation "tasks" at /srv/app.js'));
    expect(await api.list()).toEqual(failure('INTERNAL_SERVER_ERROR'));
    list.mockImplementationOnce(() => {
      throw new TypeError('on purpose');
    });
    expect(await api.list()).toEqual(failure('INTERNAL_SERVER_ERROR'));
    expect((await api.list()).status).toBe(200);
  });
});

describe('the log', () => {
  it('has one line for every request, without its body', async () => {
    const database = await createDatabase();
    const server = await new ServerProcess(await freePort(), {
      DATABASE_URL: database.url,
    }).ready();
    await fetch(`${server.url}/api/ada/tasks`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': 'req-1' },
      body: '{"title":"sesame"}',
    });
    await fetch(`${server.url}/nothing`, { headers: { 'X-Request-Id': 'req-2' } });
    await server.end('SIGTERM');
    await database.drop();
    const lines = server.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ requestId }) => requestId === 'req-1')).toEqual([
      expect.objectContaining({
        msg: 'request',
        method: 'POST',
        route: '/api/:user_id/tasks',
        status: 201,
        userId: 'ada',
        durationMs: expect.any(Number),
      }),
    ]);
    expect(lines.filter(({ requestId }) => requestId === 'req-2')).toEqual([
      expect.objectContaining({ msg: 'request', status: 404 }),
    ]);
    expect(server.output).not.toContain('sesame');
    expect(server.output).not.toContain(database.url);
  });
});
