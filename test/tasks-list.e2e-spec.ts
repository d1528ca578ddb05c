import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failure, page } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, TasksApi, tasksOf } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

interface Listed {
  readonly meta: { readonly next_cursor: string | null };
}

/** Follows the cursor to the end and returns the ids in the order in which they came. */
async function walk(api: TasksApi, limit: number, onPage?: () => Promise<void>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const response = await api.list({ limit, ...(cursor && { cursor }) }).expect(200);
    ids.push(...tasksOf(response).map(({ id }) => id));
    cursor = (response.body as Listed).meta.next_cursor;
    await onPage?.();
  }
  return ids;
}

describe('GET /api/{user_id}/tasks', () => {
  it('is an empty page for a user without tasks', async () => {
    expect(await api.as(aUser()).list()).toEqual(
      page([], { limit: 50, has_more: false, next_cursor: null }),
    );
  });

  it('lists the tasks of the user, newest first', async () => {
    const mine = api.as(aUser());
    const [first, second, third] = [await mine.aTask(), await mine.aTask(), await mine.aTask()];
    await api.as(aUser('bob')).aTask();
    expect(await mine.list()).toEqual(
      page([third, second, first], { limit: 50, has_more: false, next_cursor: null }),
    );
  });

  it('holds 50 tasks unless told otherwise', async () => {
    const mine = api.as(aUser());
    await Promise.all(Array.from({ length: 51 }, () => mine.aTask()));
    const response = await mine.list();
    expect(tasksOf(response)).toHaveLength(50);
    expect(response.body).toMatchObject({ meta: { limit: 50, has_more: true } });
  });

  it('links to the next page with the same parameters', async () => {
    const mine = api.as(aUser('a b'));
    await Promise.all([mine.aTask(), mine.aTask(), mine.aTask()]);
    const response = await mine.list({ limit: 2 });
    const next = /^<(.*)>; rel="next"$/.exec(String(response.headers.link))?.[1] ?? '';
    const { data, meta } = (await (await fetch(app.url + next)).json()) as {
      data: unknown[];
      meta: unknown;
    };
    expect(data).toHaveLength(1);
    expect(meta).toEqual({ limit: 2, has_more: false, next_cursor: null });
  });

  it('links to the next page of any search', async () => {
    const mine = api.as(aUser());
    await Promise.all([mine.aTask({ title: 'what? &=+%' }), mine.aTask({ title: 'what? &=+%' })]);
    const path = `/api/${mine.user}/tasks?search=what?%20%26%3D%2B%25&limit=1`;
    const first = await fetch(app.url + path);
    expect(first.status).toBe(200);
    const next = /^<(.*)>; rel="next"$/.exec(first.headers.get('Link') ?? '')?.[1] ?? '';
    expect(await (await fetch(app.url + next)).json()).toMatchObject({
      data: [{ title: 'what? &=+%' }],
      meta: { limit: 1, has_more: false },
    });
  });

  it('refuses an unknown parameter, however many come before it', async () => {
    const query = `limit=5&${'&'.repeat(1200)}bogus=1`;
    expect(await api.list(query)).toEqual(failure('VALIDATION_ERROR', ['bogus']));
  });

  it('has no next page after an exactly full last one', async () => {
    const mine = api.as(aUser());
    await Promise.all([mine.aTask(), mine.aTask()]);
    const response = await mine.list({ limit: 2 });
    expect(response.body).toMatchObject({ meta: { has_more: false, next_cursor: null } });
    expect(response.headers).not.toHaveProperty('link');
  });

  it('walks thousands of tasks of one moment, each once, in order', async () => {
    const user = aUser();
    await app.database.query(
      `INSERT INTO tasks SELECT gen_random_uuid(), $1, 'x', NULL, false, moment, moment
       FROM generate_series(1, 2500), (SELECT timestamptz(3) '2026-01-01Z' AS moment) AS t`,
      [user],
    );
    for (const limit of [997, 1000]) {
      const ids = await walk(api.as(user), limit);
      expect(new Set(ids).size).toBe(2500);
      expect(ids).toEqual(ids.toSorted().reverse());
    }
  });

  it('shows every lasting task once while others come and go', async () => {
    const mine = api.as(aUser());
    const lasting: string[] = [];
    const passing: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      lasting.push((await mine.aTask()).id);
      passing.push((await mine.aTask()).id);
    }
    const seen = await walk(mine, 3, async () => {
      await mine.aTask();
      const id = passing.pop();
      if (id) await mine.delete(id).expect(200);
    });
    expect(seen.filter((id) => lasting.includes(id))).toEqual(lasting.toReversed());
  });

  it.each([1, 1000])('takes a limit of %d', async (limit) => {
    await api.list({ limit }).expect(200);
  });

  it.each(['0', '1001', '-1', '1.5', 'ten', '', ' 5', '1e2', '0x10', '99999999999999999999'])(
    'refuses a limit of "%s"',
    async (limit) => {
      expect(await api.list({ limit })).toEqual(failure('VALIDATION_ERROR', ['limit']));
    },
  );

  it('lets the limit change along the way', async () => {
    const mine = api.as(aUser());
    await Promise.all([mine.aTask(), mine.aTask(), mine.aTask()]);
    const cursor = ((await mine.list({ limit: 1 })).body as Listed).meta.next_cursor;
    expect(tasksOf(await mine.list({ limit: 5, cursor }))).toHaveLength(2);
  });

  it('refuses a cursor that was changed, cut or made for someone else', async () => {
    const mine = api.as(aUser());
    await Promise.all([mine.aTask(), mine.aTask()]);
    const cursor = ((await mine.list({ limit: 1 })).body as Listed).meta.next_cursor ?? '';
    await mine.list({ cursor }).expect(200);
    const changed = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);
    for (const wrong of [
      changed,
      cursor.slice(0, -1),
      cursor.slice(4),
      `${cursor}AA`,
      'x',
      '%',
      '',
    ]) {
      expect(await mine.list({ cursor: wrong })).toEqual(failure('VALIDATION_ERROR', ['cursor']));
    }
    expect(await api.list({ cursor })).toEqual(failure('VALIDATION_ERROR', ['cursor']));
  });

  it.each([
    ['limit=1&limit=2', ['limit']],
    ['limit[]=1', ['limit[]']],
    ['cursor[a]=1', ['cursor[a]']],
    ['cursor=a&cursor=b', ['cursor']],
    ['page=2', ['page']],
    ['__proto__=1', ['__proto__']],
    ['limit=0&page=2', ['limit', 'page']],
  ])('refuses the query %s', async (query, fields) => {
    expect(await api.list(query)).toEqual(failure('VALIDATION_ERROR', fields));
  });
});
