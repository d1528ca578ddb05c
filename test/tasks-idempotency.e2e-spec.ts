import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { CreateTaskDto } from '../src/tasks/dto/create-task.dto.js';
import { ExpiredKeysService } from '../src/http/idempotency/expired-keys.service.js';
import { failure } from './support/answers.js';
import { startApp, startAppOn, type TestApp } from './support/app.js';
import { aUser, taskOf, TasksApi, tasksOf } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp({ DATABASE_LOCK_TIMEOUT_MS: '300' });
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

const aKey = () => randomUUID();
const letter = { title: 'Write the letter' } satisfies CreateTaskDto;

/** Makes the key as old as it has to be to have expired, or a moment younger. */
async function age(key: string, age: '24 hours' | '23 hours 59 minutes'): Promise<void> {
  const sql = 'UPDATE idempotency_keys SET created_at = now() - $1::interval WHERE key = $2';
  await app.database.query(sql, [age, key]);
}

const keysOf = (user: string) =>
  app.database.query('SELECT key FROM idempotency_keys WHERE user_id = $1', [user]);

describe('POST /api/{user_id}/tasks with Idempotency-Key', () => {
  it('gives the first answer again and creates nothing', async () => {
    const mine = api.as(aUser());
    const key = aKey();
    const first = await mine.create(letter).set('Idempotency-Key', key).expect(201);
    const second = await mine.create(letter).set('Idempotency-Key', key).expect(201);
    expect(second.text).toBe(first.text);
    expect(second.headers).toMatchObject({
      location: expect.stringContaining(taskOf(first).id),
      etag: `"${taskOf(first).updated_at}"`,
      'idempotency-replayed': 'true',
    });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(tasksOf(await mine.list())).toEqual([taskOf(first)]);
  });

  it('gives it also after the task was changed or deleted', async () => {
    const key = aKey();
    const first = await api.create(letter).set('Idempotency-Key', key);
    const { id } = taskOf(first);
    await api.put(id, { title: 'Changed' }).expect(200);
    expect((await api.create(letter).set('Idempotency-Key', key)).text).toBe(first.text);
    await api.delete(id).expect(200);
    const last = await api.create(letter).set('Idempotency-Key', key).expect(201);
    expect(last.text).toBe(first.text);
    expect(last.headers.etag).toBe(first.headers.etag);
    expect(await api.get(id)).toEqual(failure('TASK_NOT_FOUND'));
  });

  it('keeps every character of the answer', async () => {
    const key = aKey();
    const body = { title: '\u{10FFFD} "\\" é e\u0301 \uFFFE', description: 'a\u0001\n\u2028 ' };
    const first = await api.create(body).set('Idempotency-Key', key).expect(201);
    expect((await api.create(body).set('Idempotency-Key', key)).text).toBe(first.text);
    expect(taskOf(await api.get(taskOf(first).id))).toEqual(taskOf(first));
  });

  it('compares what the content means, not how it is written', async () => {
    const key = aKey();
    const first = await api.create(letter).set('Idempotency-Key', key).expect(201);
    for (const text of [
      '{"title":" Write the letter\\n"}',
      '{ "completed": false, "title": "Write the l\\u0065tter", "description": null }',
    ]) {
      const again = await api
        .create()
        .set({ 'Content-Type': 'application/json', 'Idempotency-Key': key })
        .send(text);
      expect(again.text).toBe(first.text);
    }
  });

  it.each<CreateTaskDto>([
    { title: 'Write the Letter' },
    { ...letter, description: '' },
    { ...letter, completed: true },
  ])('refuses the key for another request: %j', async (other) => {
    const mine = api.as(aUser());
    const key = aKey();
    await mine.create(letter).set('Idempotency-Key', key).expect(201);
    const response = await mine.create(other).set('Idempotency-Key', key);
    expect(response).toEqual(failure('IDEMPOTENCY_KEY_REUSED'));
    expect(tasksOf(await mine.list())).toHaveLength(1);
  });

  it('has a set of keys for each user, and tells keys apart by case', async () => {
    const key = `Key-${aKey()}`;
    const ids = [
      await api.create(letter).set('Idempotency-Key', key),
      await api.as(aUser('bob')).create(letter).set('Idempotency-Key', key),
      await api.create(letter).set('Idempotency-Key', key.toLowerCase()),
    ].map((response) => taskOf(response).id);
    expect(new Set(ids).size).toBe(3);
  });

  it('makes one task of 20 requests at once, with one id in every 201', async () => {
    const mine = api.as(aUser());
    const key = aKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => mine.create(letter).set('Idempotency-Key', key)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const [task, ...more] = tasksOf(await mine.list());
    expect(more).toEqual([]);
    expect(new Set(answers.map((answer) => taskOf(answer).id))).toEqual(new Set([task?.id]));
    const fresh = answers.filter(({ headers }) => !('idempotency-replayed' in headers));
    expect(fresh).toHaveLength(1);
  });

  it('gives the same on every instance', async () => {
    const other = await startAppOn(app.database);
    try {
      const key = aKey();
      const first = await api.create(letter).set('Idempotency-Key', key).expect(201);
      const there = new TasksApi(other, api.user);
      expect((await there.create(letter).set('Idempotency-Key', key)).text).toBe(first.text);
    } finally {
      await other.close();
    }
  });

  it('does not use a key up for a request that it refuses', async () => {
    const key = aKey();
    const response = await api.create({ title: '' }).set('Idempotency-Key', key);
    expect(response).toEqual(failure('VALIDATION_ERROR', ['title']));
    await api.create(letter).set('Idempotency-Key', key).expect(201);
    const again = await api.create({ title: '' }).set('Idempotency-Key', key);
    expect(again).toEqual(failure('VALIDATION_ERROR', ['title']));
  });

  it.each(['!', '~', '"quoted"', 'x'.repeat(255)])('takes %s for a key', async (key) => {
    const mine = api.as(aUser());
    const first = await mine.create(letter).set('Idempotency-Key', key).expect(201);
    expect((await mine.create(letter).set('Idempotency-Key', key)).text).toBe(first.text);
  });

  it.each(['', 'two words', 'ü', 'x'.repeat(256), 'a\tb'])('refuses "%s" as a key', async (key) => {
    const mine = api.as(aUser());
    const response = await mine.create(letter).set('Idempotency-Key', key);
    expect(response).toEqual(failure('VALIDATION_ERROR', ['Idempotency-Key']));
    expect(tasksOf(await mine.list())).toEqual([]);
  });

  it('keeps nothing for requests without a key', async () => {
    const mine = api.as(aUser());
    await mine.aTask();
    expect(await keysOf(mine.user)).toEqual([]);
  });
});

describe('a retry across an upgrade', () => {
  /** What was kept under a key by a version that answers something else. */
  const rewrite = (key: string, assignment: string) =>
    app.database.query(`UPDATE idempotency_keys SET ${assignment} WHERE key = $1`, [key]);

  it.each([
    ['lacks a field', "answer = (answer::jsonb - 'description')::json"],
    ['has one more', `answer = (answer::jsonb || '{"priority":"medium"}')::json`],
    ['has another value', `answer = (answer::jsonb || '{"completed":null}')::json`],
    ['is of a version that did not keep the request', 'request = NULL'],
  ])('gives the first answer again where it %s', async (_, assignment) => {
    const mine = api.as(aUser());
    const key = aKey();
    const first = await mine.create(letter).set('Idempotency-Key', key).expect(201);
    await rewrite(key, assignment);
    const [kept] = await app.database.query<{ answer: object }>(
      'SELECT answer FROM idempotency_keys WHERE key = $1',
      [key],
    );
    const again = await mine.create(letter).set('Idempotency-Key', key).expect(201);
    expect(taskOf(again)).toEqual(kept?.answer);
    expect(again.headers).toMatchObject({
      location: first.headers.location as unknown,
      etag: first.headers.etag as unknown,
      'idempotency-replayed': 'true',
    });
    expect(tasksOf(await mine.list())).toEqual([taskOf(first)]);
  });

  it('still refuses the key for another request', async () => {
    const key = aKey();
    await api.create(letter).set('Idempotency-Key', key).expect(201);
    await rewrite(key, "answer = (answer::jsonb - 'title')::json");
    const other = await api.create({ title: 'x' }).set('Idempotency-Key', key);
    expect(other).toEqual(failure('IDEMPOTENCY_KEY_REUSED'));
  });

  it.each<Partial<CreateTaskDto>>([
    { completed: false },
    { description: null },
    { completed: false, description: null },
  ])('takes %j, which a new task has anyhow, for the same as nothing', async (defaults) => {
    for (const [one, other] of [
      [letter, { ...defaults, ...letter }],
      [{ ...letter, ...defaults }, letter],
    ]) {
      const key = aKey();
      const first = await api.create(one).set('Idempotency-Key', key).expect(201);
      expect((await api.create(other).set('Idempotency-Key', key)).text).toBe(first.text);
    }
  });
});

describe('a key of another operation', () => {
  it('is another key, of the same user or not', async () => {
    const mine = api.as(aUser());
    const key = aKey();
    await app.database.query(
      `INSERT INTO idempotency_keys (user_id, operation, key, answer, created_at)
       VALUES ($1, 'create note', $2, '{"id":"a note"}', now())`,
      [mine.user, key],
    );
    const first = await mine.create(letter).set('Idempotency-Key', key).expect(201);
    expect(taskOf(first)).toMatchObject(letter);
    expect((await mine.create(letter).set('Idempotency-Key', key)).text).toBe(first.text);
    const notes = await app.database.query(
      "SELECT answer FROM idempotency_keys WHERE key = $1 AND operation = 'create note'",
      [key],
    );
    expect(notes).toEqual([{ answer: { id: 'a note' } }]);
  });
});

describe('while the first request with a key is still running', () => {
  it.each(['tasks', 'idempotency_keys'])(
    'is not what a locked table makes of a first one: %s',
    async (table) => {
      const locker = new Client(app.database.url);
      await locker.connect();
      await locker.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      const answer = await api.create(letter).set('Idempotency-Key', aKey());
      await locker.query('ROLLBACK');
      await locker.end();
      expect(answer).toEqual(failure('SERVICE_UNAVAILABLE'));
    },
  );

  it('is 409 after a short wait, and can be repeated', async () => {
    const key = aKey();
    const first = new Client(app.database.url);
    await first.connect();
    await first.query('BEGIN');
    await first.query(`INSERT INTO idempotency_keys VALUES ($1, $2, '{"id":"x"}', now())`, [
      api.user,
      key,
    ]);
    const response = await api.create(letter).set('Idempotency-Key', key);
    expect(response).toEqual(failure('IDEMPOTENCY_IN_PROGRESS'));
    expect(response.headers['retry-after']).toBe('1');
    await first.query('ROLLBACK');
    await first.end();
    await api.create(letter).set('Idempotency-Key', key).expect(201);
  });
});

describe('an Idempotency-Key after 24 hours', () => {
  it('is as good as new', async () => {
    const mine = api.as(aUser());
    const key = aKey();
    const first = await mine.create(letter).set('Idempotency-Key', key).expect(201);
    await age(key, '23 hours 59 minutes');
    expect((await mine.create(letter).set('Idempotency-Key', key)).text).toBe(first.text);

    await age(key, '24 hours');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => mine.create({ title: 'x' }).set('Idempotency-Key', key)),
    );
    const ids = new Set(answers.map((answer) => taskOf(answer).id));
    expect(ids.size).toBe(1);
    expect(ids).not.toContain(taskOf(first).id);
    expect(tasksOf(await mine.list())).toHaveLength(2);
  });

  it('is removed, many at a time, and younger ones are not', async () => {
    const mine = api.as(aUser());
    await app.database.query(
      `INSERT INTO idempotency_keys
       SELECT $1, 'key-' || n, '{}', now() - (23 * 60 + 59 + n % 2) * interval '1 minute'
       FROM generate_series(1, 5000) AS n`,
      [mine.user],
    );
    const service = app.app.get(ExpiredKeysService);
    await Promise.all([service.remove(), service.remove()]);
    expect(await keysOf(mine.user)).toHaveLength(2500);
  });
});
