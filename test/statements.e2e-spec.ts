import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from '../src/database/statements/pool-of.js';
import { startApp, startAppOn, type TestApp } from './support/app.js';
import { createDatabase } from './support/database.js';
import { fastPaths } from './support/fast-paths.js';
import { aUser, TasksApi, taskOf, tasksOf } from './support/tasks-api.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Runs while somebody else has changed a task in a transaction that is still open. */
async function whileLocked<T>(taskId: string, use: () => Promise<T>): Promise<T> {
  const client = new Client(app.database.url);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT FROM tasks WHERE id = $1 FOR UPDATE', [taskId]);
    return await use();
  } finally {
    await client.query('ROLLBACK');
    await client.end();
  }
}

describe('the way of a statement', () => {
  it('is the one that the settings say', () => {
    const { DATABASE_PIPELINES = '6', DATABASE_NAMED_STATEMENTS = 'auto' } = fastPaths;
    expect(poolOf(app.app.get(DataSource))?.allowed).toEqual({
      pipelines: Number(DATABASE_PIPELINES),
      names: DATABASE_NAMED_STATEMENTS !== 'never',
    });
  });

  it('leads to 503 where there are no tables yet, for each of many at once', async () => {
    const database = await createDatabase();
    const early = await startAppOn(database, { MIGRATIONS: 'manual' });
    const api = new TasksApi(early, aUser('ada'));
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => api.list()));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    }
    await early.close();
    await database.drop();
  });

  it("goes on when a column's type changes under it", async () => {
    const other = await startApp();
    const api = new TasksApi(other, aUser('ada'));
    const task = await api.aTask({ description: 'as it was' });
    await Promise.all(Array.from({ length: 40 }, () => api.get(task.id).expect(200)));
    await other.database.query('ALTER TABLE tasks ALTER COLUMN description TYPE varchar(2000)');
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => api.get(task.id)));
      expect(answers.map(taskOf)).toEqual(Array(40).fill(task));
    }
    await other.close();
  });
});

describe("a statement's name", () => {
  /** The names and texts that a process's only session knows, after requests in the given order. */
  async function namesAfter(...requests: ((api: TasksApi) => PromiseLike<unknown>)[]) {
    const process = await startAppOn(app.database, {
      DATABASE_POOL_SIZE: '1',
      DATABASE_NAMED_STATEMENTS: 'always',
    });
    const api = new TasksApi(process, aUser('ada'));
    for (const request of requests) await request(api);
    const known = await poolOf(process.app.get(DataSource))?.query<{ name: string; text: string }>(
      "SELECT name, statement AS text FROM pg_prepared_statements WHERE name <> ''",
    );
    await process.close();
    return new Map(known?.rows.map(({ name, text }) => [name, text]));
  }

  it('means the same text in every process, whatever was asked first', async () => {
    const get = (api: TasksApi) => api.get('0199b5a6-7c00-7cc3-98c4-dc0c0c07398f');
    const remove = (api: TasksApi) => api.delete('0199b5a6-7c00-7cc3-98c4-dc0c0c07398f');
    const list = (api: TasksApi) => api.list();
    const one = await namesAfter(get, remove, list);
    // The three, and what the first list reads the cursors' secret with.
    expect(new Set(one.values()).size).toBe(4);
    expect(await namesAfter(list, remove, get)).toEqual(one);
  });
});

describe('statements of many users at once', () => {
  it("never give one the other's answer", async () => {
    const mistakes = await Promise.all(
      Array.from({ length: 64 }, async (_, number) => {
        const api = new TasksApi(app, aUser(`user-${number}`));
        const found: unknown[] = [];
        for (let round = 0; round < 8; round += 1) {
          const { id } = await api.aTask({ title: `${number}.${round}` });
          const [got, put, list, missing] = await Promise.all([
            api.get(id),
            api.put(id, { completed: true }),
            api.list({ limit: 1000, completed: round % 2 === 0 }),
            api.get('0199b5a6-7c00-7cc3-98c4-dc0c0c07398f'),
          ]);
          const tasks = [taskOf(got), taskOf(put), ...tasksOf(list)];
          found.push(...tasks.filter(({ user_id }) => user_id !== api.user));
          found.push(...[taskOf(got), taskOf(put)].filter((task) => task.id !== id));
          if (missing.status !== 404) found.push(missing.body);
        }
        return found;
      }),
    );
    expect(mistakes.flat()).toEqual([]);
  });

  it('do not wait for one that waits for a lock', async () => {
    const api = new TasksApi(app, aUser('ada'));
    const [locked, free] = [await api.aTask(), await api.aTask()];
    const changes: Promise<{ status: number }>[] = [];
    const slowest = await whileLocked(locked.id, async () => {
      // Fewer than one user may have at once, also where there are no pipelines.
      changes.push(...Array.from({ length: 4 }, () => api.put(locked.id, { title: 'x' }).then()));
      let longest = 0;
      for (let i = 0; i < 20; i += 1) {
        const began = performance.now();
        await api.put(free.id, { title: `${i}` }).expect(200);
        await api.get(locked.id).expect(200);
        longest = Math.max(longest, performance.now() - began);
      }
      return longest;
    });
    expect(slowest).toBeLessThan(1000);
    expect((await Promise.all(changes)).map(({ status }) => status)).toEqual(Array(4).fill(200));
  });

  it('do not wait, in pipelines, for three hundred that wait for a lock', async () => {
    const piped = await startAppOn(app.database, { DATABASE_PIPELINES: '6' });
    const [ada, bob] = [new TasksApi(piped, aUser('ada')), new TasksApi(piped, aUser('bob'))];
    const [locked, free] = [await ada.aTask(), await bob.aTask()];
    const changes: Promise<{ status: number }>[] = [];
    await whileLocked(locked.id, async () => {
      changes.push(...Array.from({ length: 300 }, () => ada.put(locked.id, { title: 'x' }).then()));
      for (let i = 0; i < 20; i += 1) await bob.get(free.id).expect(200);
    });
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    await piped.close();
  });

  it('also run where there is one connection for all of them', async () => {
    const single = await startAppOn(app.database, { DATABASE_POOL_SIZE: '1' });
    const api = new TasksApi(single, aUser('ada'));
    await Promise.all(Array.from({ length: 30 }, () => api.aTask()));
    expect(tasksOf(await api.list())).toHaveLength(30);
    await single.close();
  });
});

describe('times', () => {
  it.each(['UTC', 'Asia/Kolkata', 'America/St_Johns'])(
    "are in UTC with milliseconds where the database's time zone is %s",
    async (zone) => {
      const name = new URL(app.database.url).pathname.slice(1);
      await app.database.query(`ALTER DATABASE ${name} SET timezone = '${zone}'`);
      const other = await startAppOn(app.database);
      const api = new TasksApi(other, aUser('ada'));
      const task = await api.aTask();
      for (const time of ['2026-01-31T09:30:00.000Z', '2026-07-31T23:59:59.120Z']) {
        await app.database.query(
          'UPDATE tasks SET created_at = $1, updated_at = $1 WHERE id = $2',
          [time, task.id],
        );
        const expected = { ...task, created_at: time, updated_at: time };
        expect(taskOf(await api.get(task.id))).toEqual(expected);
        expect(tasksOf(await api.list())).toEqual([expected]);
      }
      await other.close();
    },
  );
});
