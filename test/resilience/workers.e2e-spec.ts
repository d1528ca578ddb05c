import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { figure } from '../support/figure.js';
import { freePort, ServerProcess } from '../support/server.js';
import { until } from '../support/until.js';

jest.setTimeout(180_000);

let database: TestDatabase;
let server: ServerProcess;

beforeAll(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  await server.end('SIGKILL');
  // Workers whose supervisor is gone end by themselves, but for those that were stopped.
  for (const pid of workers()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});
afterAll(() => database.drop());

/** Starts two workers and waits for both; `script` runs in each process first, `worker` is its number. */
async function startTwo(script = ''): Promise<void> {
  const before = `import cluster from 'node:cluster'; const worker = cluster.worker?.id; ${script}`;
  server = new ServerProcess(await freePort(), {
    DATABASE_URL: database.url,
    WEB_CONCURRENCY: '2',
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(before)}`,
  });
  await until(() => workers().length === 2);
}

/** Process ids of the workers that have listened, in that order. */
const workers = () =>
  [...server.output.matchAll(/"pid":(\d+).*Listening/g)].map(([, pid]) => Number(pid));

/** When workers have ended, in milliseconds, and the pause in seconds after which each is replaced. */
const endings = () =>
  [...server.output.matchAll(/"time":(\d+).*Worker \d+ has ended .* in ([\d.]+) s/g)].map(
    ([, at, pause]) => ({ at: Number(at), pause: Number(pause) }),
  );

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const kill = (pid = NaN, signal: NodeJS.Signals = 'SIGKILL') => process.kill(pid, signal);

const status = async () => (await fetch(`${server.url}/api/ada/tasks`)).status;

describe('a worker', () => {
  it('is replaced when it was killed before it served, and so is its replacement', async () => {
    await startTwo("if (worker === 1 || worker === 4) process.kill(process.pid, 'SIGKILL');");
    kill(workers()[0]);
    await until(() => workers().length === 3);
    expect(endings()).toHaveLength(3);
    expect(await status()).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it.each(['process.exit(1)', "process.kill(process.pid, 'SIGKILL')"])(
    'that dies at once every time is started ever later, while the others serve: %s',
    async (death) => {
      await startTwo(`if (worker > 2) ${death};`);
      kill(workers()[0]);
      await until(() => endings().length === 5);
      const [first, ...later] = endings();
      expect(first?.pause).toBe(0.5);
      expect(later.map(({ pause }) => pause)).toEqual([1, 2, 4, 8]);
      later.forEach(({ at }, index) => {
        const before = endings()[index] ?? { at: NaN, pause: NaN };
        // Timers may be early by a millisecond.
        expect(at - before.at).toBeGreaterThan(before.pause * 1000 - 5);
      });
      for (let i = 0; i < 10; i += 1) expect(await status()).toBe(200);
      expect(await server.end('SIGTERM')).toBe(0);
    },
  );

  it.each([
    ['is stopped', '', 'SIGSTOP'],
    ['never comes to an end', "process.on('SIGUSR2', () => { for (;;); });", 'SIGUSR2'],
  ] as const)('that %s is killed when the others have long ended', async (_, script, signal) => {
    await startTwo(script);
    const [hanging = NaN] = workers();
    kill(hanging, signal);
    const asked = performance.now();
    const code = await server.end('SIGTERM');
    figure(`a worker that ${_}: SIGTERM to exit`, performance.now() - asked, 'ms');
    expect(code).toBe(1);
    expect(server.output).toContain(`Worker ${hanging} does not end and is killed`);
    expect(isAlive(hanging)).toBe(false);
  });
});
