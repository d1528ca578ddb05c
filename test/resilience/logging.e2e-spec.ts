import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pause } from '../support/breakable-postgres.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { figure } from '../support/figure.js';
import { Pipe } from '../support/pipe.js';
import { freePort, ServerProcess } from '../support/server.js';

/** Bytes that may wait in the process, and those that the pipe itself holds. */
const LONGEST_BACKLOG = 1_048_576 + 65_536;
/** A user whose name makes every line of the log more than a kilobyte. */
const TALKATIVE = encodeURIComponent('😀'.repeat(255));

let database: TestDatabase;
let server: ServerProcess;
let pipe: Pipe;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

beforeEach(() => {
  pipe = new Pipe();
});
afterEach(async () => {
  await server.end('SIGKILL');
  pipe.remove();
});

/** A server whose standard output is the descriptor. */
async function start(stdout: number, environment: Record<string, string> = {}) {
  const settings = { DATABASE_URL: database.url, ...environment };
  server = new ServerProcess(await freePort(), settings, { stdio: ['ignore', stdout, 'pipe'] });
  return server.ready();
}

/** Requests that are each a line of the log; gives the statuses they were answered with. */
async function talk(requests: number): Promise<number[]> {
  const statuses = new Set<number>();
  let left = requests;
  const one = async () => {
    while ((left -= 1) >= 0) {
      const signal = AbortSignal.timeout(10_000);
      const { status } = await fetch(`${server.url}/api/${TALKATIVE}/tasks/1`, { signal });
      statuses.add(status);
    }
  };
  await Promise.all(Array.from({ length: 10 }, one));
  return [...statuses];
}

async function droppedLines(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1]);
}

function limitFileSize(bytes: string): void {
  execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:`]);
}

/** The lines as objects; each is JSON as a whole. */
const parsed = (log: string) =>
  log
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as { pid: number; msg: string; userId?: string });

describe('a reader of the log that stalls', () => {
  it('holds up no request and no signal', async () => {
    await start(pipe.fill().writer);
    expect(await talk(1_000)).toEqual([400]);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('costs lines past the first megabyte, which are counted, and later told', async () => {
    await start(pipe.writer);
    await pipe.readUntil('Listening');
    expect(await talk(1_500)).toEqual([400]);
    const dropped = await droppedLines();
    expect(dropped).toBeGreaterThan(400);

    const log = await pipe.readUntil('log lines were dropped');
    const lines = parsed(log);
    figure('waited for the reader of the log', Buffer.byteLength(log), 'bytes');
    expect(Buffer.byteLength(log)).toBeLessThan(LONGEST_BACKLOG);
    expect(lines.filter(({ userId }) => userId !== undefined)).toHaveLength(1_500 - dropped);
    // The request for the metrics was itself a line that was dropped.
    expect(lines.at(-1)?.msg).toBe(`${dropped + 1} log lines were dropped`);

    await talk(1);
    expect(await pipe.readUntil('😀')).toContain('"status":400');
    expect(await droppedLines()).toBe(dropped + 1);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('does not hold up several workers, the death of one, or the end of all', async () => {
    await start(pipe.writer, { WEB_CONCURRENCY: '2' });
    await pipe.readUntil('Listening');
    await talk(200);
    await pause(200);
    const [worker] = parsed(pipe.read()).filter(({ userId }) => userId !== undefined);
    expect(await talk(1_500)).toEqual([400]);
    process.kill(worker?.pid ?? NaN, 'SIGKILL');
    await pause(2_000);
    expect(await talk(1_000)).toEqual([400]);
    expect(await droppedLines()).toBeGreaterThan(0);

    // Had lines of several processes mixed, they would not parse.
    expect(parsed(await pipe.readUntil('were dropped')).length).toBeGreaterThan(100);
    await talk(1_500);
    expect(await server.end('SIGTERM')).toBe(0);
  }, 180_000);
});

describe('a log that cannot be written', () => {
  it('whose reader has gone does no harm', async () => {
    await start(pipe.writer);
    pipe.closeReader();
    expect(await talk(1_500)).toEqual([400]);
    expect(await droppedLines()).toBeGreaterThan(0);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('from the start, on a full disk, does no harm', async () => {
    const full = openSync('/dev/full', 'w');
    await start(full);
    closeSync(full);
    expect(await talk(1_500)).toEqual([400]);
    expect(await droppedLines()).toBeGreaterThan(0);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('goes on when there is room again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tasks-api-log-'));
    const path = join(folder, 'log');
    const file = openSync(path, 'a');
    await start(file);
    closeSync(file);
    // A limit of the process stands for a full disk: a part of a line is written, then none.
    limitFileSize('65536');
    expect(await talk(200)).toEqual([400]);
    expect(statSync(path).size).toBe(65_536);

    limitFileSize('unlimited');
    await talk(1);
    await pause(1_000);
    const requests = parsed(readFileSync(path, 'utf8')).filter(({ userId }) => userId);
    expect(requests).toHaveLength(201);
    expect(await server.end('SIGTERM')).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('or is closed does no harm', async () => {
    server = new ServerProcess(
      await freePort(),
      { DATABASE_URL: database.url },
      { stdio: ['ignore', openSync('/dev/null', constants.O_RDONLY), 'pipe'] },
    );
    await server.ready();
    expect(await talk(100)).toEqual([400]);
    expect(await server.end('SIGTERM')).toBe(0);
  });
});

describe('standard error that nobody reads', () => {
  it('does not keep a failed start from ending', async () => {
    server = new ServerProcess(
      await freePort(),
      { DATABASE_URL: 'nonsense' },
      { stdio: ['ignore', 'pipe', pipe.fill().writer] },
    );
    expect(await server.exit()).toBe(1);
  });

  it('does not hold up what Node itself warns of, which is a line of the log', async () => {
    const warn = 'process.on("SIGUSR2", () => process.emitWarning("on purpose"));';
    server = new ServerProcess(
      await freePort(),
      {
        DATABASE_URL: database.url,
        NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(warn)}`,
      },
      { stdio: ['ignore', 'pipe', pipe.fill().writer] },
    );
    await server.ready();
    process.kill(server.pid ?? NaN, 'SIGUSR2');
    expect(await talk(10)).toEqual([400]);
    await pause(300);
    expect(parsed(server.output)).toContainEqual(expect.objectContaining({ msg: 'on purpose' }));
    expect(await server.end('SIGTERM')).toBe(0);
  });
});

describe('characters that a terminal obeys or does not show', () => {
  it('come into the log as escapes, which are the same text', async () => {
    const user =
      'a\u007f\u0085\u009b31m\u061c\u200b\u200e\u202e\u2066\u2028\u2029\ufeff\u{e0041}é😀';
    await start(pipe.writer);
    await fetch(`${server.url}/api/${encodeURIComponent(user)}/tasks`);
    const log = await pipe.readUntil('"route":"/api');
    expect(log).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(log).toContain('é😀');
    expect(parsed(log).map(({ userId }) => userId)).toContain(user);
  });
});
