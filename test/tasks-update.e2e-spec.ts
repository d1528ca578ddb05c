import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UpdateTaskDto } from '../src/tasks/dto/update-task.dto.js';
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

describe.each(['put', 'patch'] as const)('%s /api/{user_id}/tasks/{task_id}', (verb) => {
  it.each<UpdateTaskDto>([
    { title: 'Call Charles' },
    { description: 'Tomorrow' },
    { description: '' },
    { description: null },
    { completed: true },
    { title: '😀'.repeat(200), description: 'x'.repeat(1000), completed: true },
  ])('changes what is given and keeps the rest: %j', async (change) => {
    const task = await api.aTask({ description: 'Today' });
    const response = await api[verb](task.id, change);
    const { updated_at } = taskOf(response);
    const changed = { ...task, ...change, updated_at };
    expect(response).toEqual(success(changed, 'Task updated successfully'));
    expect(taskOf(await api.get(task.id))).toEqual(changed);
  });

  it('trims the title', async () => {
    const { id } = await api.aTask();
    expect(taskOf(await api[verb](id, { title: '  Call ' })).title).toBe('Call');
  });

  it('moves updated_at on, also when nothing is different', async () => {
    const { id, title, ...task } = await api.aTask();
    let { updated_at } = task;
    for (let i = 0; i < 20; i += 1) {
      const changed = taskOf(await api[verb](id, { title }));
      expect(changed.updated_at > updated_at).toBe(true);
      ({ updated_at } = changed);
    }
  });

  it('moves updated_at on when the clock stands behind it', async () => {
    const { id } = await api.aTask();
    const later = '2999-01-01T00:00:00.000Z';
    await app.database.query('UPDATE tasks SET updated_at = $1 WHERE id = $2', [later, id]);
    const { updated_at } = taskOf(await api[verb](id, { completed: true }));
    expect(updated_at).toBe('2999-01-01T00:00:00.001Z');
  });

  it.each([
    ['no field', {}, ['body']],
    ['null for the title', { title: null }, ['title']],
    ['null for completed', { completed: null }, ['completed']],
    ['a blank title', { title: ' ' }, ['title']],
    ['a title that is too long', { title: 'x'.repeat(201) }, ['title']],
    ['a description that is too long', { description: 'x'.repeat(1001) }, ['description']],
    ['the fields that the server makes', { id: 'x', created_at: 'x' }, ['id', 'created_at']],
    ['several faults', { title: 1, completed: 1, x: 1 }, ['title', 'completed', 'x']],
  ])('refuses %s', async (_, body, fields) => {
    const task = await api.aTask();
    expect(await api[verb](task.id, body)).toEqual(failure('VALIDATION_ERROR', fields));
    expect(taskOf(await api.get(task.id))).toEqual(task);
  });

  it('is 404 without the task', async () => {
    expect(await api[verb](NO_TASK, { title: 'x' })).toEqual(failure('TASK_NOT_FOUND'));
  });

  it('looks at the body first', async () => {
    expect(await api[verb](NO_TASK, {})).toEqual(failure('VALIDATION_ERROR', ['body']));
  });

  it('never mixes two changes', async () => {
    const { id } = await api.aTask();
    const changes = ['a', 'b', 'c', 'd'].map((text) => ({ title: text, description: text }));
    await Promise.all(changes.map((change) => api[verb](id, change).expect(200)));
    const { title, description } = taskOf(await api.get(id));
    expect(description).toBe(title);
  });

  it('does not bring back what was deleted meanwhile', async () => {
    const { id } = await api.aTask();
    await Promise.all([
      api[verb](id, { title: 'x' }),
      api.delete(id),
      api[verb](id, { title: 'y' }),
    ]);
    expect(await api.get(id)).toEqual(failure('TASK_NOT_FOUND'));
  });
});

describe('PATCH /api/{user_id}/tasks/{task_id}', () => {
  it('takes a JSON Merge Patch', async () => {
    const { id } = await api.aTask({ description: 'Today' });
    const response = await api
      .patch(id)
      .set('Content-Type', 'application/merge-patch+json')
      .send('{"description":null}');
    expect(response.status).toBe(200);
    expect(taskOf(response).description).toBeNull();
  });

  it('is alone in that', async () => {
    const { id } = await api.aTask();
    const response = await api
      .put(id)
      .set('Content-Type', 'application/merge-patch+json')
      .send('{"description":null}');
    expect(response).toEqual(failure('UNSUPPORTED_MEDIA_TYPE'));
  });
});

describe('PATCH /api/{user_id}/tasks/{task_id}/complete', () => {
  it('toggles completed, there and back', async () => {
    const task = await api.aTask();
    for (const completed of [true, false]) {
      const response = await api.toggle(task.id);
      const { updated_at } = taskOf(response);
      expect(response).toEqual(
        success({ ...task, completed, updated_at }, 'Task completion status toggled successfully'),
      );
      expect(updated_at > task.updated_at).toBe(true);
    }
  });

  it('counts every toggle of many at once', async () => {
    const { id } = await api.aTask();
    await Promise.all(Array.from({ length: 7 }, () => api.toggle(id).expect(200)));
    expect(taskOf(await api.get(id)).completed).toBe(true);
  });

  it.each(['application/json', 'text/plain'])('ignores a body of type %s', async (type) => {
    const { id } = await api.aTask();
    const response = await api.toggle(id).set('Content-Type', type).send('{"completed":');
    expect(taskOf(response).completed).toBe(true);
  });

  it('is 404 without the task', async () => {
    expect(await api.toggle(NO_TASK)).toEqual(failure('TASK_NOT_FOUND'));
  });
});
