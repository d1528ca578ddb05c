import { once } from 'node:events';
import { connect } from 'node:net';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pause } from '../support/breakable-postgres.js';
import { figure } from '../support/figure.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { freePort, ServerProcess } from '../support/server.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

const start = async (environment: Record<string, string> = {}) =>
  new ServerProcess(await freePort(), { DATABASE_URL: database.url, ...environment }).ready();

interface Sent {
  readonly at: number;
  readonly outcome: string;
  readonly connection: string | undefined;
}

/** Requests over kept-alive connections, one after another on each, until the server takes no more. */
function keepAliveLoad(port: number, connections: number): { sent: Sent[]; end: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const sent: Sent[] = [];
  let running = true;
  const next = () => {
    if (!running) return;
    const at = performance.now();
    const done = (outcome: string, connection?: string) => {
      sent.push({ at, outcome, connection });
      if (outcome !== 'ECONNREFUSED') next();
    };
    request({ port, host: '127.0.0.1', agent, path: '/api/ada/tasks' }, (response) => {
      response.resume().once('end', () => {
        done(String(response.statusCode), response.headers.connection);
      });
    })
      .on('error', (error: NodeJS.ErrnoException) => {
        done(error.code ?? error.message);
      })
      .end();
  };
  for (let index = 0; index < connections; index += 1) next();
  return {
    sent,
    end: () => {
      running = false;
      agent.destroy();
    },
  };
}

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s', (signal) => {
  it('ends the process with 0 and answers everything that was sent before', async () => {
    const server = await start();
    const { sent, end } = keepAliveLoad(server.port, 20);
    const halfSent = connect(server.port, '127.0.0.1');
    halfSent.on('error', () => undefined);
    let refusal = '';
    halfSent.on('data', (chunk) => (refusal += String(chunk)));
    halfSent.write(
      'POST /api/ada/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await pause(500);

    const asked = performance.now();
    const code = await server.end(signal);
    const took = performance.now() - asked;
    end();

    figure(`${signal}: exit with a half-sent request present`, took, 'ms');
    expect(code).toBe(0);
    expect(took).toBeLessThan(10_000);
    expect(refusal).toMatch(/^HTTP\/1\.1 408 [^]*\r\nConnection: close\r\n[^]*"REQUEST_TIMEOUT"/);
    const before = sent.filter(({ at }) => at < asked);
    figure(`${signal}: answered of those sent before`, before.length, 'requests');
    expect(before.length).toBeGreaterThanOrEqual(20);
    expect(before.filter(({ outcome }) => outcome !== '200')).toEqual([]);
    const answeredLate = sent.filter(({ at, outcome }) => at >= asked && outcome === '200');
    for (const { connection } of answeredLate) expect(connection).toBe('close');
  });

  it('stops listening at once and cuts idle connections soon', async () => {
    const server = await start();
    const idle = connect(server.port, '127.0.0.1');
    idle.on('error', () => undefined);
    const closed = new Promise((resolve) => idle.once('close', resolve));
    await pause(100);
    const exit = server.end(signal);
    await pause(100);
    const late = connect(server.port, '127.0.0.1');
    const [refused] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(refused.code).toBe('ECONNREFUSED');
    await closed;
    expect(await exit).toBe(0);
  });
});

describe('a signal after another', () => {
  it('changes nothing', async () => {
    const server = await start();
    const first = server.end('SIGTERM');
    await Promise.all([server.end('SIGTERM'), server.end('SIGINT'), server.end('SIGHUP')]);
    expect(await first).toBe(0);
  });
});

describe('an error that nobody caught', () => {
  it.each([
    ['a rejected promise', 'Promise.reject(new Error("on purpose"))'],
    ['a throw', 'setImmediate(() => { throw new Error("on purpose"); })'],
  ])('is logged, drained and ended with 1: %s', async (_, failure) => {
    const script = `process.on('SIGUSR2', () => { ${failure} });`;
    const server = await start({
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(script)}`,
    });
    const { sent, end } = keepAliveLoad(server.port, 5);
    await pause(300);
    const asked = performance.now();
    expect(await server.end('SIGUSR2')).toBe(1);
    end();
    expect(server.output).toContain('on purpose');
    expect(sent.filter(({ at, outcome }) => at < asked && outcome !== '200')).toEqual([]);
  });
});

describe('several workers', () => {
  it('are replaced when they crash, add up their metrics, and end together', async () => {
    const server = await start({ WEB_CONCURRENCY: '2' });
    for (let i = 0; i < 20; i += 1) {
      expect((await fetch(`${server.url}/api/ada/tasks`)).status).toBe(200);
    }
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const counted = /duration_seconds_count\{.*tasks",status="200"\} (\d+)/.exec(metrics)?.[1];
    expect(Number(counted)).toBe(20);

    const worker = /"pid":(\d+).*Listening/.exec(server.output)?.[1];
    process.kill(Number(worker), 'SIGKILL');
    const listening = () => server.output.match(/Listening/g)?.length;
    for (let waited = 0; waited < 200 && listening() !== 3; waited += 1) await pause(100);
    expect(server.output).toMatch(/Worker \d+ has ended \(SIGKILL\)/);
    expect(listening()).toBe(3);
    expect((await fetch(`${server.url}/api/ada/tasks`)).status).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('end with 1 when none can start, and say why', async () => {
    const first = await start();
    const second = new ServerProcess(first.port, {
      DATABASE_URL: database.url,
      WEB_CONCURRENCY: '2',
    });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain('the port is taken');
    await first.end('SIGTERM');
  });
});
