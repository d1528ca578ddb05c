import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskDto } from '../src/tasks/dto/task.dto.js';
import type { Page } from '../src/http/pages/page.js';
import { TaskListsService } from '../src/tasks/task-lists.service.js';
import { startApp, type TestApp } from './support/app.js';
import { sorts } from './support/model.js';
import { walk } from './support/walk.js';
import { aUser, TasksApi } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

/** Inserts tasks in one statement: all of one moment, a third of them open, a tenth of each title. */
async function insert(user: string, count: number): Promise<string[]> {
  const rows = await app.database.query<{ id: string }>(
    `INSERT INTO tasks
     SELECT gen_random_uuid(), $1, 'Task ' || n % 10, NULL, n % 3 > 0, now(), now()
     FROM generate_series(1, $2) AS n RETURNING id`,
    [user, count],
  );
  return rows.map(({ id }) => id);
}

/** By the sort key, then by id, both in the direction of the sort. All times are equal here. */
function inOrder(tasks: readonly TaskDto[], sort: string): TaskDto[] {
  const key = ({ title, id }: TaskDto) => (sort.endsWith('title') ? title : '') + id;
  const up = tasks.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  return sort.startsWith('-') ? up.toReversed() : up;
}

/** Orders that an index has. Each page by another one sorts the whole list: many pages of that are for nobody. */
const served = sorts.filter((sort) => !sort.endsWith('title'));

describe('5,000 tasks of one moment', () => {
  let ids: string[];
  beforeAll(async () => {
    ids = await insert(api.user, 5_000);
  });

  it.each([
    ...served.flatMap((sort) => [7, 50, 1000].map((limit) => [sort, limit] as const)),
    ...(['title', '-title'] as const).flatMap((sort) =>
      [77, 1000].map((limit) => [sort, limit] as const),
    ),
  ])('page completely and in order: sort=%s, limit=%d', async (sort, limit) => {
    const tasks = await walk(app, api.user, { sort, limit });
    expect(tasks.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(tasks).toEqual(inOrder(tasks, sort));
  });

  it('page completely and in order one by one', async () => {
    // Without HTTP, which adds nothing to 20,000 pages but time.
    const lists = app.app.get(TaskListsService);
    const oneByOne = async (sort: (typeof sorts)[number]) => {
      const tasks: TaskDto[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query = { limit: 1, sort, include_total: false, ...(cursor && { cursor }) };
        const { items, meta }: Page<TaskDto> = await lists.page(api.user, query);
        tasks.push(...items);
        cursor = meta.next_cursor;
      }
      expect(tasks).toEqual(await walk(app, api.user, { sort, limit: 1000 }));
    };
    await Promise.all(served.map(oneByOne));
  });

  it.each(sorts)('page completely when filtered: sort=%s', async (sort) => {
    const query = { sort, limit: 77, completed: 'true', search: 'TASK 3' };
    const tasks = await walk(app, api.user, query);
    const expected = (await walk(app, api.user, { sort, limit: 1000 })).filter(
      ({ title, completed }) => completed && title === 'Task 3',
    );
    expect(tasks).toEqual(expected);
  });
});
