import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BreakablePostgres, pause } from '../support/breakable-postgres.js';
import { figure } from '../support/figure.js';
import { Load } from '../support/load.js';
import { freePort, ServerProcess } from '../support/server.js';

let postgres: BreakablePostgres;
let server: ServerProcess;

beforeAll(async () => {
  postgres = await BreakablePostgres.create();
  await postgres.start();
  const settings = { DATABASE_URL: postgres.url, LOG_LEVEL: 'error' };
  server = await new ServerProcess(await freePort(), settings).ready();
});
afterAll(async () => {
  await server.end('SIGTERM');
  await postgres.remove();
});

/** Under load: half a second of peace, the fault, and two seconds after the database is back. */
async function during(fault: () => Promise<void>): Promise<{ load: Load; back: number }> {
  const load = new Load(server.url, 12);
  try {
    await pause(500);
    await fault();
    const back = performance.now();
    await pause(2000);
    return { load, back };
  } finally {
    await load.stop();
  }
}

/** What holds in every fault: nothing but success and 503, quick enough, and nothing lost. */
async function expectGrace({ load, back }: { load: Load; back: number }): Promise<void> {
  const name = expect.getState().currentTestName ?? '';
  figure(`${name}: slowest answer`, load.slowest, 'ms');
  figure(`${name}: first success after the return`, load.firstSuccessAfter(back), 'ms');
  figure(`${name}: acknowledged, none lost`, load.acknowledged.length, 'tasks');
  expect(load.statuses.filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
  for (const { status, retryAfter, envelope } of load.outcomes) {
    expect(envelope).toBe(true);
    if (status === 503) expect(retryAfter).toBe('1');
  }
  expect(load.slowest).toBeLessThan(8000);
  expect(load.firstSuccessAfter(back)).toBeLessThan(1000);
  expect(await load.lost()).toEqual([]);
}

describe('a fault of the database', () => {
  it('is survived: an immediate restart', async () => {
    await expectGrace(await during(() => postgres.restart()));
  });

  it('is survived: three seconds without a server', async () => {
    const run = await during(async () => {
      await postgres.crash();
      await pause(3000);
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
      await postgres.start();
    });
    expect(run.load.statuses).toContain(503);
    await expectGrace(run);
  });

  it('is survived: connections terminated, idle and busy', async () => {
    const terminate = () =>
      postgres.session((client) =>
        client.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()',
        ),
      );
    await terminate();
    await pause(100);
    expect((await fetch(`${server.url}/api/ada/tasks`)).status).toBe(200);
    await expectGrace(
      await during(async () => {
        for (let i = 0; i < 5; i += 1) {
          await terminate();
          await pause(100);
        }
      }),
    );
  });

  it('is survived: too many connections', async () => {
    await expectGrace(
      await during(() =>
        postgres.session(async (client) => {
          await client.query('ALTER DATABASE tasks CONNECTION LIMIT 1');
          await client.query(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()',
          );
          await pause(1000);
          await client.query('ALTER DATABASE tasks CONNECTION LIMIT -1');
        }),
      ),
    );
  });

  it('is survived: a lock on the table for ten seconds', async () => {
    const run = await during(() =>
      postgres.session(async (client) => {
        await client.query('BEGIN');
        await client.query('LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE');
        for (let second = 0; second < 10; second += 1) {
          await pause(1000);
          const asked = performance.now();
          expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
          expect(performance.now() - asked).toBeLessThan(1000);
        }
        await client.query('ROLLBACK');
      }),
    );
    expect(run.load.statuses).toContain(503);
    await expectGrace(run);
  });

  it('is survived: a server that hangs for eight seconds', async () => {
    const run = await during(async () => {
      const pids = await postgres.session((client) =>
        client.query<{ pid: number }>(
          "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        ),
      );
      await postgres.signal('SIGSTOP');
      for (const { pid } of pids.rows) process.kill(pid, 'SIGSTOP');
      await pause(8000);
      for (const { pid } of pids.rows) process.kill(pid, 'SIGCONT');
      await postgres.signal('SIGCONT');
    });
    expect(run.load.statuses).toContain(503);
    await expectGrace(run);
  });

  it('undoes in the server what was answered with 503', async () => {
    const user = `/api/locked-${Date.now()}/tasks`;
    const answer = await postgres.session(async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE tasks IN EXCLUSIVE MODE');
      const response = await fetch(server.url + user, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"title":"x"}',
      });
      await client.query('ROLLBACK');
      return response.status;
    });
    expect(answer).toBe(503);
    await pause(500);
    expect(await (await fetch(server.url + user)).json()).toMatchObject({ data: [] });
  });

  it('has never ended the process', () => {
    expect(server.hasExited).toBe(false);
  });
});
