import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreateTaskDto } from '../src/tasks/dto/create-task.dto.js';
import { failure, success } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, taskOf, TasksApi } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const RFC_3339_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('POST /api/{user_id}/tasks', () => {
  it('creates a task with all seven fields', async () => {
    const body = { title: 'Call Bob', description: 'Today' } satisfies CreateTaskDto;
    const response = await api.create(body);
    const task = {
      id: expect.stringMatching(UUID_V7),
      user_id: api.user,
      title: 'Call Bob',
      description: 'Today',
      completed: false,
      created_at: expect.stringMatching(RFC_3339_MS),
      updated_at: expect.stringMatching(RFC_3339_MS),
    };
    expect(response).toEqual(success(task, 'Task created successfully', 201));
  });

  it('says where the task is', async () => {
    const response = await api.create({ title: 'Call Bob' });
    const { id } = taskOf(response);
    expect(response.headers.location).toBe(`/api/${api.user}/tasks/${id}`);
    expect(taskOf(await api.get(id).expect(200))).toEqual(taskOf(response));
  });

  it('encodes the user in the place of the task', async () => {
    const stranger = api.as(`${aUser()} ü/?#`);
    const { headers } = await stranger.create({ title: 'Call Bob' }).expect(201);
    expect(headers.location).toContain(`/api/${encodeURIComponent(stranger.user)}/tasks/`);
  });

  it('sets both times to the same moment', async () => {
    const { created_at, updated_at } = await api.aTask();
    expect(updated_at).toBe(created_at);
    expect(Math.abs(Date.now() - Date.parse(created_at))).toBeLessThan(10_000);
  });

  it('makes ids in order', async () => {
    const ids = [await api.aTask(), await api.aTask(), await api.aTask()].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
  });

  it('keeps null as the description when there is none', async () => {
    expect((await api.aTask()).description).toBeNull();
    expect((await api.aTask({ description: null })).description).toBeNull();
  });

  it('keeps an empty description', async () => {
    expect((await api.aTask({ description: '' })).description).toBe('');
  });

  it('takes completed from a JSON boolean', async () => {
    expect((await api.aTask({ completed: true })).completed).toBe(true);
  });

  it('stores the title without the white space around it', async () => {
    expect((await api.aTask({ title: '\u3000\t Call  Bob\uFEFF\n' })).title).toBe('Call  Bob');
  });

  it('does not trim the description', async () => {
    expect((await api.aTask({ description: '  two  ' })).description).toBe('  two  ');
  });

  it.each([
    ['emoji', '👩‍👩‍👧‍👦🏳️‍🌈'],
    ['combining marks', 'e\u0301 and \u00e9'],
    ['right to left', 'שלום \u202Eabc'],
    ['a private use character', '\u{10FFFD}'],
    ['control characters in a text', 'a\tb\nc\u0001d\u007f'],
    ['what others take for markup', `<b>&amp;'";--\\`],
    ['a noncharacter', 'a\uFFFEb\uFFFFc'],
  ])('returns %s byte for byte', async (_, text) => {
    const { id } = await api.aTask({ title: text, description: text });
    expect(taskOf(await api.get(id))).toMatchObject({ title: text, description: text });
  });

  it('counts characters as code points', async () => {
    const longest = { title: '😀'.repeat(200), description: '❤️'.repeat(500) };
    expect(await api.aTask(longest)).toMatchObject(longest);
    expect(await api.create({ title: '😀'.repeat(201) })).toEqual(
      failure('VALIDATION_ERROR', ['title']),
    );
    expect(await api.create({ title: 'x', description: `${'❤️'.repeat(500)}!` })).toEqual(
      failure('VALIDATION_ERROR', ['description']),
    );
  });

  it.each([
    ['no title', {}, ['title']],
    ['a null title', { title: null }, ['title']],
    ['a blank title', { title: ' \u00a0\u2003' }, ['title']],
    ['a title that is no string', { title: ['x'] }, ['title']],
    ['U+0000', { title: 'a\0b' }, ['title']],
    ['a lone surrogate', { title: 'x', description: '\ud83d' }, ['description']],
    ['a description that is no string', { title: 'x', description: 1 }, ['description']],
    ['null for completed', { title: 'x', completed: null }, ['completed']],
    ['completed as a string', { title: 'x', completed: 'true' }, ['completed']],
    ['an id', { title: 'x', id: '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f' }, ['id']],
    ['a user', { title: 'x', user_id: 'bob' }, ['user_id']],
    ['a time', { title: 'x', created_at: '2026-01-01T00:00:00Z' }, ['created_at']],
    ['a field nobody knows', { title: 'x', priority: 1 }, ['priority']],
  ])('refuses %s', async (_, body, fields) => {
    expect(await api.create(body)).toEqual(failure('VALIDATION_ERROR', fields));
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes %s for a field nobody knows',
    async (name) => {
      const response = await api
        .create()
        .set('Content-Type', 'application/json')
        .send(`{"title":"x","${name}":{"title":"y"}}`);
      expect(response).toEqual(failure('VALIDATION_ERROR', [name]));
    },
  );

  it('names every fault at once, in words', async () => {
    const response = await api.create({ title: '', description: 1, completed: 'no', x: 1 });
    expect(response).toEqual(
      failure('VALIDATION_ERROR', ['title', 'description', 'completed', 'x']),
    );
    expect(response.body).toMatchObject({
      error: {
        details: [
          { message: 'title must be 1 to 200 characters long' },
          { message: 'description must be a string or null' },
          { message: 'completed must be true or false' },
          { message: 'this field is not known here' },
        ],
      },
    });
  });

  it('names at most a hundred faults and says how many more there are', async () => {
    const unknown = (count: number) => Array.from({ length: count }, (_, index) => `x${index}`);
    const body = (count: number) => ({
      title: 'x',
      ...Object.fromEntries(unknown(count).map((name) => [name, 1])),
    });
    expect(await api.create(body(100))).toEqual(failure('VALIDATION_ERROR', unknown(100)));
    for (const count of [101, 5_000]) {
      const response = await api.create(body(count));
      expect(response).toEqual(failure('VALIDATION_ERROR', [...unknown(99), 'request']));
      expect(response.body).toMatchObject({
        error: { details: { 99: { message: `there are ${count - 99} more faults` } } },
      });
    }
    const query = unknown(101).join('=1&');
    expect(await api.list(query)).toEqual(failure('VALIDATION_ERROR', [...unknown(99), 'request']));
  });

  it('cuts the names that a client has made up', async () => {
    const fits = '😀'.repeat(100);
    expect(await api.create({ title: 'x', [fits]: 1, [`${fits}y`]: 1 })).toEqual(
      failure('VALIDATION_ERROR', [fits, `${fits}…`]),
    );
  });
});

describe('{user_id}', () => {
  it.each([
    ['the longest', '😀'.repeat(255)],
    ['one with spaces around', ' ada '],
    ['one with a slash, a percent sign and a question mark', 'a/%?#&+'],
    ['dots', '...'],
  ])('may be %s', async (_, user) => {
    const { id } = await api.as(user).aTask();
    expect(taskOf(await api.as(user).get(id)).user_id).toBe(user);
  });

  it.each([
    ['too long', 'x'.repeat(256)],
    ['blank', ' \u2003'],
    ['with a control character', 'a\u0085b'],
    ['with U+0000', 'a\0b'],
  ])('may not be %s', async (_, user) => {
    expect(await api.as(user).list()).toEqual(failure('VALIDATION_ERROR', ['user_id']));
    expect(await api.as(user).create({ title: 'x' })).toEqual(
      failure('VALIDATION_ERROR', ['user_id']),
    );
  });

  it('is compared exactly', async () => {
    const user = aUser('ann');
    await api.as(user).aTask();
    for (const other of [user.toUpperCase(), ` ${user}`, `${user} `, user.replace('a', 'á')]) {
      expect((await api.as(other).list()).body).toMatchObject({ data: [] });
    }
  });
});
