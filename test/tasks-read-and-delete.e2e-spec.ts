import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failure, success } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, TasksApi } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

const NO_TASK = '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f';

describe('GET /api/{user_id}/tasks/{task_id}', () => {
  it('returns the task', async () => {
    const task = await api.aTask();
    expect(await api.get(task.id)).toEqual(success(task, 'Task retrieved successfully'));
  });

  it('takes an id in capital letters', async () => {
    const task = await api.aTask();
    expect(await api.get(task.id.toUpperCase())).toEqual(
      success(task, 'Task retrieved successfully'),
    );
  });

  it('ignores query parameters', async () => {
    const { id } = await api.aTask();
    await api.get(`${id}?limit=0&x[]=1`).expect(200);
  });

  it('is 404 without the task', async () => {
    expect(await api.get(NO_TASK)).toEqual(failure('TASK_NOT_FOUND'));
  });
});

describe('DELETE /api/{user_id}/tasks/{task_id}', () => {
  it('removes the task for good', async () => {
    const { id } = await api.aTask();
    expect(await api.delete(id)).toEqual(success({ id }, 'Task deleted successfully'));
    expect(await api.get(id)).toEqual(failure('TASK_NOT_FOUND'));
    expect(await api.delete(id)).toEqual(failure('TASK_NOT_FOUND'));
  });

  it('succeeds once when three ask at the same time', async () => {
    const { id } = await api.aTask();
    const statuses = (await Promise.all([api.delete(id), api.delete(id), api.delete(id)])).map(
      ({ status }) => status,
    );
    expect(statuses.toSorted()).toEqual([200, 404, 404]);
  });
});

describe('a task_id that is no UUID', () => {
  it.each([
    'x',
    '1',
    `{${NO_TASK}}`,
    NO_TASK.replaceAll('-', ''),
    `${NO_TASK}0`,
    ` ${NO_TASK}`,
    'null',
    "' OR 1=1 --",
  ])('is 400 on every route: %s', async (text) => {
    const id = encodeURIComponent(text);
    const wrong = failure('VALIDATION_ERROR', ['task_id']);
    expect(await api.get(id)).toEqual(wrong);
    expect(await api.put(id, { title: 'x' })).toEqual(wrong);
    expect(await api.patch(id, { title: 'x' })).toEqual(wrong);
    expect(await api.toggle(id)).toEqual(wrong);
    expect(await api.delete(id)).toEqual(wrong);
  });

  it('is named together with a wrong user', async () => {
    expect(await api.as(' ').get('x')).toEqual(failure('VALIDATION_ERROR', ['task_id', 'user_id']));
  });
});

describe("a stranger's task", () => {
  it('cannot be told from one that does not exist', async () => {
    const task = await api.aTask();
    const bob = api.as(aUser('bob'));
    const missing = failure('TASK_NOT_FOUND');
    for (const id of [task.id, NO_TASK]) {
      expect(await bob.get(id)).toEqual(missing);
      expect(await bob.put(id, { title: 'mine' })).toEqual(missing);
      expect(await bob.patch(id, { title: 'mine' })).toEqual(missing);
      expect(await bob.toggle(id)).toEqual(missing);
      expect(await bob.delete(id)).toEqual(missing);
    }
    expect((await bob.list()).body).toMatchObject({ data: [] });
    expect(await api.get(task.id)).toEqual(success(task, 'Task retrieved successfully'));
  });
});
