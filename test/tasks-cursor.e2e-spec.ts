import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failure } from './support/answers.js';
import { startApp, startAppOn, type TestApp } from './support/app.js';
import { aUser, metaOf, TasksApi, tasksOf } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
  for (let n = 0; n < 4; n += 1) await api.aTask({ title: `Letter ${n % 2}` });
});
afterAll(() => app.close());

const cursorOf = async (query: object = {}) =>
  String(metaOf(await api.list({ ...query, limit: 1 }).expect(200)).next_cursor);

const refused = failure('VALIDATION_ERROR', ['cursor']);

describe('a cursor', () => {
  const list = {
    completed: false,
    search: 'letter',
    created_after: '2020-01-01T00:00:00Z',
    created_before: '2999-01-01T00:00:00Z',
    sort: 'title',
  };

  it.each([
    ['another user', {}],
    ['another completed', { completed: true }],
    ['no completed', { completed: undefined }],
    ['another search', { search: 'Letter' }],
    ['no search', { search: undefined }],
    ['another beginning', { created_after: '2020-01-01T00:00:00.001Z' }],
    ['another end', { created_before: '2998-01-01T00:00:00Z' }],
    ['another order', { sort: 'created_at' }],
    ['the other direction', { sort: '-title' }],
    ['the usual order', { sort: undefined }],
  ])('is refused for %s', async (name, change) => {
    const cursor = await cursorOf(list);
    const who = name === 'another user' ? api.as(aUser('bob')) : api;
    expect(await who.list({ ...list, ...change, cursor })).toEqual(refused);
  });

  it('is good for the same list written otherwise', async () => {
    const cursor = await cursorOf(list);
    const expected = tasksOf(await api.list({ ...list, cursor }).expect(200));
    const otherwise = {
      cursor,
      sort: 'title',
      created_before: '2999-01-01T01:30:00.000+01:30',
      created_after: '2020-01-01t00:00:00.000z',
      search: 'letter',
      completed: 'false',
    };
    expect(tasksOf(await api.list(otherwise).expect(200))).toEqual(expected);
  });

  it('is good with defaults spelled out or left out', async () => {
    const short = await cursorOf();
    const long = await cursorOf({ sort: '-created_at', include_total: false });
    expect(long).toBe(short);
    await api.list({ cursor: short, sort: '-created_at', limit: 50 }).expect(200);
  });

  it('lets limit and include_total change along the way', async () => {
    const cursor = await cursorOf(list);
    const response = await api.list({ ...list, cursor, limit: 1000, include_total: true });
    expect(tasksOf(response)).toHaveLength(3);
    expect(metaOf(response).total).toBe(4);
  });

  it('is refused when any one of its characters is another', async () => {
    const cursor = await cursorOf(list);
    for (let at = 0; at < cursor.length; at += 1) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
      expect(await api.list({ ...list, cursor: changed })).toEqual(refused);
    }
  });

  it('works on another instance and after a restart', async () => {
    const cursor = await cursorOf(list);
    const expected = tasksOf(await api.list({ ...list, cursor }));
    const other = await startAppOn(app.database);
    try {
      const there = new TasksApi(other, api.user);
      expect(tasksOf(await there.list({ ...list, cursor }).expect(200))).toEqual(expected);
    } finally {
      await other.close();
    }
  });

  it('is nothing that another database would take', async () => {
    const cursor = await cursorOf();
    const other = await startApp();
    try {
      expect(await new TasksApi(other, api.user).list({ cursor })).toEqual(refused);
    } finally {
      await other.close();
    }
  });

  it('carries the longest title', async () => {
    const mine = api.as('😀'.repeat(255));
    const title = '\u{10FFFD}'.repeat(200);
    await mine.aTask({ title });
    const last = await mine.aTask({ title });
    const query = { sort: 'title', search: title, limit: 1 };
    const first = await mine.list(query).expect(200);
    const next = /^<(.*)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? '';
    const { data } = (await (await fetch(app.url + next)).json()) as { data: unknown };
    expect(data).toEqual([last]);
  });
});
