import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskDto } from '../src/tasks/dto/task.dto.js';
import { failure } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, metaOf, TasksApi, tasksOf } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

const titles = (tasks: TaskDto[]) => tasks.map(({ title }) => title);

/** A user with tasks of these titles, created in this order. */
async function userWith(...titles: string[]): Promise<TasksApi> {
  const user = api.as(aUser());
  for (const title of titles) await user.aTask({ title });
  return user;
}

describe('GET /api/{user_id}/tasks?completed', () => {
  it('lists those that are done, or those that are open', async () => {
    const mine = api.as(aUser());
    const open = await mine.aTask();
    const done = await mine.aTask({ completed: true });
    expect(tasksOf(await mine.list({ completed: true }))).toEqual([done]);
    expect(tasksOf(await mine.list({ completed: false }))).toEqual([open]);
  });

  it.each(['TRUE', '1', '', 'null', ' true'])('refuses "%s"', async (completed) => {
    expect(await api.list({ completed })).toEqual(failure('VALIDATION_ERROR', ['completed']));
  });
});

describe('GET /api/{user_id}/tasks?search', () => {
  /** Which of the texts are found, as titles and as descriptions. */
  async function found(search: string, texts: string[]): Promise<string[]> {
    const mine = await userWith(...texts);
    const other = api.as(aUser());
    for (const description of texts) await other.aTask({ title: '-', description });
    const byTitle = titles(tasksOf(await mine.list({ search, sort: 'created_at' })));
    const byDescription = tasksOf(await other.list({ search, sort: 'created_at' }));
    expect(byDescription.map(({ description }) => description)).toEqual(byTitle);
    return byTitle;
  }

  it.each([
    [
      'a part of a word',
      'ette',
      ['Letter', 'letters', 'LETTER', 'let ter'],
      ['Letter', 'letters', 'LETTER'],
    ],
    ['capitals on both sides', 'ÄÖÜ É', ['äöü é', 'ÄÖÜ É', 'aou e'], ['äöü é', 'ÄÖÜ É']],
    ['Cyrillic and Greek', 'Ж', ['жук', 'ЖУК', 'zhuk'], ['жук', 'ЖУК']],
    ['a percent sign', '0%', ['100% sure', '100 sure'], ['100% sure']],
    ['an underscore', 'a_c', ['a_c', 'abc', 'A_C'], ['a_c', 'A_C']],
    ['a backslash', String.raw`a\b`, [String.raw`A\B`, 'ab', String.raw`a\\b`], [String.raw`A\B`]],
    ['a backslash at the end', '\\', ['a\\', 'a'], ['a\\']],
    ['a quote', `'"`, [`x'"y`, 'x'], [`x'"y`]],
    ['emoji', '😀', ['a😀b', 'a😁b'], ['a😀b']],
    ['white space as it is', ' b', ['a b', 'ab', 'a  b'], ['a b', 'a  b']],
    ['an accent as it is', 'e', ['é', 'e'], ['e']],
    ['one letter', 'q', ['queue', 'Q', 'x'], ['queue', 'Q']],
  ])('finds %s', async (_, search, texts, expected) => {
    expect(await found(search, texts)).toEqual(expected);
  });

  it('finds a task once that has the text twice', async () => {
    const mine = api.as(aUser());
    const task = await mine.aTask({ title: 'abc abc', description: 'ABC' });
    expect(tasksOf(await mine.list({ search: 'abc' }))).toEqual([task]);
  });

  it("never finds a stranger's task", async () => {
    await api.aTask({ title: 'a secret' });
    expect(tasksOf(await api.as(aUser('bob')).list({ search: 'a secret' }))).toEqual([]);
  });

  it.each(['x'.repeat(200), '😀'.repeat(200), '%'.repeat(200)])(
    'takes 200 characters',
    async (search) => {
      await api.list({ search }).expect(200);
    },
  );

  it.each(['', 'x'.repeat(201), 'a\0b'])('refuses "%s"', async (search) => {
    expect(await api.list({ search })).toEqual(failure('VALIDATION_ERROR', ['search']));
  });
});

describe('GET /api/{user_id}/tasks?created_after&created_before', () => {
  const moments = [
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00.001Z',
    '2026-01-31T23:30:00.000Z',
    '2026-02-01T00:00:00.000Z',
  ];
  let mine: TasksApi;
  beforeAll(async () => {
    mine = await userWith(...moments);
    await app.database.query(
      `UPDATE tasks SET created_at = CAST(title AS timestamptz), updated_at = now() WHERE user_id = $1`,
      [mine.user],
    );
  });
  const between = async (query: Record<string, string>) =>
    titles(tasksOf(await mine.list({ sort: 'created_at', ...query })));

  it('includes the first moment and not the last', async () => {
    expect(await between({ created_after: moments[1] ?? '' })).toEqual(moments.slice(1));
    expect(await between({ created_before: moments[2] ?? '' })).toEqual(moments.slice(0, 2));
    const [, created_after = '', , created_before = ''] = moments;
    expect(await between({ created_after, created_before })).toEqual(moments.slice(1, 3));
  });

  it.each([
    ['an offset', '2026-02-01T01:00:00+01:00', 3],
    ['an offset behind', '2026-01-31T18:30:00.000-05:30', 3],
    ['small letters', '2026-02-01t00:00:00z', 3],
    ['no fraction', '2026-01-01T00:00:00Z', 0],
    ['one digit', '2026-01-01T00:00:00.0Z', 0],
    ['less than a millisecond after', '2026-01-01T00:00:00.0001Z', 1],
    ['many digits', '2026-01-01T00:00:00.00100000000000000000001Z', 2],
    ['the first year', '0000-01-01T00:00:00+23:59', 0],
    ['the last year', '9999-12-31T23:59:59.9999-23:59', 4],
    ['a leap day', '2024-02-29T00:00:00Z', 0],
  ])('compares exactly: %s', async (_, moment, before) => {
    expect(await between({ created_before: moment })).toEqual(moments.slice(0, before));
    expect(await between({ created_after: moment })).toEqual(moments.slice(before));
  });

  it('is an empty list for an empty range', async () => {
    const [first = '', , last = ''] = moments;
    expect(await between({ created_after: last, created_before: first })).toEqual([]);
    expect(await between({ created_after: first, created_before: first })).toEqual([]);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:60:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+01',
    '2026-01-01T00:00:00.Z',
    '2026-01-01 00:00:00Z',
    '2026-01-01',
    '12026-01-01T00:00:00Z',
    '+012026-01-01T00:00:00Z',
    ' 2026-01-01T00:00:00Z',
    '1767225600',
    'now',
    '',
  ])('refuses "%s"', async (moment) => {
    const query = { created_after: moment, created_before: moment };
    expect(await api.list(query)).toEqual(
      failure('VALIDATION_ERROR', ['created_after', 'created_before']),
    );
  });

  it('says what is wrong with a + that was not encoded', async () => {
    const response = await api.list('created_after=2026-01-01T00:00:00+01:00');
    expect(response).toEqual(failure('VALIDATION_ERROR', ['created_after']));
    expect(response.body).toMatchObject({
      error: {
        details: [
          { message: 'created_after has a space where a + was meant: write + as %2B in a URL' },
        ],
      },
    });
  });
});

describe('GET /api/{user_id}/tasks?sort', () => {
  it('orders by creation, newest first unless told otherwise', async () => {
    const mine = await userWith('b', 'a', 'c');
    expect(titles(tasksOf(await mine.list()))).toEqual(['c', 'a', 'b']);
    expect(titles(tasksOf(await mine.list({ sort: '-created_at' })))).toEqual(['c', 'a', 'b']);
    expect(titles(tasksOf(await mine.list({ sort: 'created_at' })))).toEqual(['b', 'a', 'c']);
  });

  it('orders by the last change', async () => {
    const mine = await userWith('a', 'b', 'c');
    const [, second] = tasksOf(await mine.list());
    await mine.toggle(second?.id ?? '').expect(200);
    expect(titles(tasksOf(await mine.list({ sort: 'updated_at' })))).toEqual(['a', 'c', 'b']);
    expect(titles(tasksOf(await mine.list({ sort: '-updated_at' })))).toEqual(['b', 'c', 'a']);
  });

  it('orders titles by code point, and equal ones by id in the same direction', async () => {
    const sorted = ['10', '2', 'B', 'Z', '_', 'a', 'a', 'b', 'z', 'Ä', 'é', '\uFF5E', '😀'];
    const mine = await userWith(...sorted.toReversed());
    const up = tasksOf(await mine.list({ sort: 'title' }));
    expect(titles(up)).toEqual(sorted);
    expect(tasksOf(await mine.list({ sort: '-title' }))).toEqual(up.toReversed());
    const [first, second] = up.filter(({ title }) => title === 'a').map(({ id }) => id);
    expect(String(first) < String(second)).toBe(true);
  });

  it.each(['', '+title', '--title', 'Title', 'id', 'title,created_at', 'created_at desc'])(
    'refuses "%s"',
    async (sort) => {
      expect(await api.list({ sort })).toEqual(failure('VALIDATION_ERROR', ['sort']));
    },
  );
});

describe('GET /api/{user_id}/tasks?include_total', () => {
  it('counts the whole list, on every page of it', async () => {
    const mine = await userWith('a', 'b', 'ab', 'c');
    const query = { search: 'b', limit: 1, include_total: true };
    const first = metaOf(await mine.list(query));
    expect(first).toMatchObject({ total: 2, has_more: true });
    const last = metaOf(await mine.list({ ...query, cursor: first.next_cursor }));
    expect(last).toEqual({ limit: 1, has_more: false, next_cursor: null, total: 2 });
  });

  it('is right also for pages without a task', async () => {
    const mine = await userWith('a', 'b');
    const { next_cursor } = metaOf(await mine.list({ limit: 1 }));
    const [last] = tasksOf(await mine.list({ sort: 'created_at' }));
    await mine.delete(last?.id ?? '').expect(200);
    const query = { include_total: true };
    expect(metaOf(await mine.list({ ...query, cursor: next_cursor })).total).toBe(1);
    expect(metaOf(await mine.list({ ...query, search: 'x' })).total).toBe(0);
  });

  it('is not there unless asked for', async () => {
    expect(metaOf(await api.list({ include_total: false }))).not.toHaveProperty('total');
    expect(metaOf(await api.list())).not.toHaveProperty('total');
  });

  it('refuses anything else', async () => {
    expect(await api.list({ include_total: '1' })).toEqual(
      failure('VALIDATION_ERROR', ['include_total']),
    );
  });
});
