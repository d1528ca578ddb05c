import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskDto } from '../src/tasks/dto/task.dto.js';
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

const NO_TASK = '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f';
const STALE = '"2020-01-01T00:00:00.000Z"';

const tagOf = async (id: string) => String((await api.get(id).expect(200)).headers.etag);

/** Every way to write to a task. */
const writes = [
  ['PUT', (id: string) => api.put(id, { title: 'Changed' })],
  ['PATCH', (id: string) => api.patch(id, { title: 'Changed' })],
  ['toggle', (id: string) => api.toggle(id)],
  ['DELETE', (id: string) => api.delete(id)],
] as const;

describe('ETag', () => {
  it('is strong, and the same in every answer with that version of the task', async () => {
    const created = await api.create({ title: 'x' });
    const { id, updated_at } = taskOf(created);
    expect(created.headers.etag).toMatch(/^"[\x21\x23-\x7e]+"$/);
    expect(await tagOf(id)).toBe(created.headers.etag);
    expect(created.headers.etag).toBe(`"${updated_at}"`);
  });

  it('is another after every change, also when nothing is different', async () => {
    const { id, title } = await api.aTask();
    const tags = [await tagOf(id)];
    for (const change of [
      () => api.put(id, { title }),
      () => api.patch(id, { title }),
      () => api.toggle(id),
    ]) {
      const { etag } = (await change().expect(200)).headers;
      expect(await tagOf(id)).toBe(etag);
      tags.push(String(etag));
    }
    expect(new Set(tags).size).toBe(4);
  });

  it('is absent where there is no single task', async () => {
    const { id } = await api.aTask();
    expect((await api.list()).headers).not.toHaveProperty('etag');
    expect((await api.delete(id)).headers).not.toHaveProperty('etag');
  });
});

describe('GET with If-None-Match', () => {
  it.each([
    ['the tag', (tag: string) => tag],
    ['the tag as a weak one', (tag: string) => `W/${tag}`],
    ['any', () => '*'],
    ['a list with the tag', (tag: string) => `"a,b" ,, W/"c",${tag}, "d"`],
  ])('is 304 without a body when it names %s', async (_, header) => {
    const { id } = await api.aTask();
    const tag = await tagOf(id);
    const response = await api.get(id).set('If-None-Match', header(tag));
    expect(response.status).toBe(304);
    expect(response.text).toBe('');
    expect(response.headers).toMatchObject({ etag: tag, 'x-request-id': expect.any(String) });
    expect(response.headers).not.toHaveProperty('content-type');
    expect(response.headers).not.toHaveProperty('content-length');
  });

  it('is 304 for fetch, which asks not to be served from a cache', async () => {
    const { id } = await api.aTask();
    const headers = { 'If-None-Match': await tagOf(id) };
    const response = await fetch(`${app.url}/api/${api.user}/tasks/${id}`, { headers });
    expect(response.status).toBe(304);
  });

  it('is 304 for HEAD too', async () => {
    const { id } = await api.aTask();
    const headers = { 'If-None-Match': '*' };
    const url = `${app.url}/api/${api.user}/tasks/${id}`;
    expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(304);
  });

  it.each(['"x"', STALE, 'W/"x", "y"', '""'])('is 200 when it names %s', async (header) => {
    const task = await api.aTask();
    const response = await api.get(task.id).set('If-None-Match', header);
    expect(response).toEqual(success(task, 'Task retrieved successfully'));
  });

  it('is 404 without the task', async () => {
    expect(await api.get(NO_TASK).set('If-None-Match', '*')).toEqual(failure('TASK_NOT_FOUND'));
  });
});

describe('where there is no single task', () => {
  it('means nothing, but that there is always a list', async () => {
    for (const name of ['If-Match', 'If-None-Match']) {
      await api.list().set(name, STALE).expect(200);
      await api.create({ title: 'x' }).set(name, STALE).expect(201);
    }
    await api.create({ title: 'x' }).set('If-None-Match', '*').expect(201);
    await api.list().set('If-None-Match', '*').expect(304);
  });
});

describe('GET with If-Match', () => {
  it('is 200 if the tag is the current one and 412 if not', async () => {
    const { id } = await api.aTask();
    await api
      .get(id)
      .set('If-Match', await tagOf(id))
      .expect(200);
    await api.get(id).set('If-Match', '*').expect(200);
    expect(await api.get(id).set('If-Match', STALE)).toEqual(failure('PRECONDITION_FAILED'));
  });

  it('looks at If-Match before If-None-Match', async () => {
    const { id } = await api.aTask();
    const tag = await tagOf(id);
    const both = (match: string) => api.get(id).set('If-Match', match).set('If-None-Match', tag);
    expect((await both(tag)).status).toBe(304);
    expect(await both(STALE)).toEqual(failure('PRECONDITION_FAILED'));
  });
});

describe.each(writes)('%s with a precondition', (_, write) => {
  const untouched = async (task: TaskDto) => {
    expect(taskOf(await api.get(task.id).expect(200))).toEqual(task);
  };

  it.each([
    ['the tag', (tag: string) => tag],
    ['any', () => '*'],
    ['a list with the tag', (tag: string) => `"x",\t${tag} , W/"y"`],
  ])('happens when If-Match names %s', async (_, header) => {
    const { id } = await api.aTask();
    const tag = await tagOf(id);
    await write(id).set('If-Match', header(tag)).expect(200);
  });

  it.each([
    ['another tag', () => STALE],
    ['the tag as a weak one', (tag: string) => `W/${tag}`],
    [
      'what is no version',
      () =>
        '"x", "", "2026-02-30T00:00:00.000Z", "-271821-04-20T00:00:00.000Z", "0000-01-01T00:00:00.000Z"',
    ],
  ])('is 412 when If-Match names %s', async (_, header) => {
    const task = await api.aTask();
    const response = await write(task.id).set('If-Match', header(await tagOf(task.id)));
    expect(response).toEqual(failure('PRECONDITION_FAILED'));
    await untouched(task);
  });

  it.each([
    ['the tag', (tag: string) => tag],
    ['the tag as a weak one', (tag: string) => `W/${tag}`],
    ['any', () => '*'],
  ])('is 412 when If-None-Match names %s', async (_, header) => {
    const task = await api.aTask();
    const response = await write(task.id).set('If-None-Match', header(await tagOf(task.id)));
    expect(response).toEqual(failure('PRECONDITION_FAILED'));
    await untouched(task);
  });

  it('happens when If-None-Match names other tags', async () => {
    const { id } = await api.aTask();
    await write(id).set('If-None-Match', `${STALE}, "x"`).expect(200);
  });

  it('needs both to be met', async () => {
    const task = await api.aTask();
    const tag = await tagOf(task.id);
    const response = await write(task.id).set('If-Match', tag).set('If-None-Match', tag);
    expect(response).toEqual(failure('PRECONDITION_FAILED'));
    await write(task.id).set('If-Match', tag).set('If-None-Match', STALE).expect(200);
  });

  it.each(['*', STALE, 'W/"x"'])(
    'is 404 without the task, whatever the tag: %s',
    async (header) => {
      expect(await write(NO_TASK).set('If-Match', header)).toEqual(failure('TASK_NOT_FOUND'));
      expect(await write(NO_TASK).set('If-None-Match', header)).toEqual(failure('TASK_NOT_FOUND'));
    },
  );

  it("is 404 for a stranger's task, also with its tag", async () => {
    const task = await api.aTask();
    const bob = await api.as(aUser('bob')).aTask();
    const tag = `"${bob.updated_at}"`;
    expect(await write(bob.id).set('If-Match', tag)).toEqual(failure('TASK_NOT_FOUND'));
    await untouched(task);
  });

  it.each(['', 'x', '"x', 'w/"x"', '"a" "b"', '*, "a"', '"a b"', ',', "'x'", '"x",y'])(
    'is 400 for a header that is no list of tags: %s',
    async (header) => {
      const task = await api.aTask();
      for (const name of ['If-Match', 'If-None-Match']) {
        const wrong = failure('VALIDATION_ERROR', [name]);
        expect(await write(task.id).set(name, header)).toEqual(wrong);
        expect(await write(NO_TASK).set(name, header)).toEqual(wrong);
        expect(await api.get(task.id).set(name, header)).toEqual(wrong);
      }
      await untouched(task);
    },
  );
});

describe('PUT with If-Match', () => {
  it('looks at the body first', async () => {
    const { id } = await api.aTask();
    const response = await api.put(id, { title: '' }).set('If-Match', STALE);
    expect(response).toEqual(failure('VALIDATION_ERROR', ['title']));
  });

  it('lets exactly one of 20 through that have read the same version', async () => {
    const { id } = await api.aTask();
    const tag = await tagOf(id);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => api.put(id, { title: `${n}` }).set('If-Match', tag)),
    );
    const won = answers.filter(({ status }) => status === 200);
    const lost = answers.filter(({ status }) => status === 412);
    expect([won.length, lost.length]).toEqual([1, 19]);
    expect(won.map(taskOf)).toEqual([taskOf(await api.get(id))]);
  });
});
