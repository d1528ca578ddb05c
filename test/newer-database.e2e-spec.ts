import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { aUser, TasksApi, taskOf, tasksOf } from './support/tasks-api.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  await app.database.query("ALTER TABLE tasks ADD COLUMN later text NOT NULL DEFAULT 'x'");
  await app.database.query(
    "ALTER TABLE idempotency_keys ADD COLUMN later text NOT NULL DEFAULT 'x'",
  );
});
afterAll(() => app.close());

describe('a database that a newer version has migrated', () => {
  it('serves every operation', async () => {
    const api = new TasksApi(app, aUser('ada'));
    const keyed = () => api.create({ title: 'keyed' }).set('Idempotency-Key', 'one');
    const first = taskOf(await keyed().expect(201));
    expect(taskOf(await keyed().expect(201).expect('Idempotency-Replayed', 'true'))).toEqual(first);
    const { id } = await api.aTask();
    await api.get(id).expect(200);
    await api.put(id, { title: 'x' }).expect(200);
    await api.patch(id, { description: 'y' }).expect(200);
    const { updated_at } = taskOf(await api.toggle(id).expect(200));
    await api.put(id, { title: 'z' }).set('If-Match', `"${updated_at}"`).expect(200);
    const query = { search: 'z', sort: 'title', include_total: true, completed: true };
    expect(tasksOf(await api.list(query).expect(200))).toMatchObject([{ id, title: 'z' }]);
    await api.delete(id).expect(200);
    expect(tasksOf(await api.list().expect(200))).toEqual([first]);
    expect(Object.keys(first)).not.toContain('later');
  });
});
