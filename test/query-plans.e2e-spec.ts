import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, escapeLiteral } from 'pg';
import { numberParameters } from '../src/database/statements/named-parameters.js';
import { Statements } from '../src/database/statements/statements.js';
import { ListTasksQuery } from '../src/tasks/dto/list-tasks.query.js';
import type { Position } from '../src/http/pages/cursor.js';
import { listValues, selectPage, sortKeyOf } from '../src/tasks/task-list-statements.js';
import type { TaskRow } from '../src/tasks/task-row.js';
import { startApp, type TestApp } from './support/app.js';
import { sorts } from './support/model.js';
import { aUser } from './support/tasks-api.js';

let app: TestApp;
let statements: Statements;
let client: Client;
const user = aUser('ada');
const TASKS = 6_000;

beforeAll(async () => {
  app = await startApp();
  statements = app.app.get(Statements);
  client = new Client(app.database.url);
  await client.connect();
  // Of Ada's tasks one in twenty is open; hers are one in ten of all, and in blocks with everybody's.
  await app.database.query(
    `INSERT INTO tasks
     SELECT gen_random_uuid(), CASE WHEN n % 10 = 0 THEN $1 ELSE 'user-' || n % 100 END,
       'Task ' || md5(n::text), NULL, n % 200 > 0, at, at + random() * interval '30 days'
     FROM generate_series(1, 10 * $2::integer) AS n,
       LATERAL (SELECT timestamptz '2026-01-01Z' + n * interval '6 seconds' AS at) AS t`,
    [user, TASKS],
  );
  await app.database.query('VACUUM ANALYZE tasks');
});
afterAll(async () => {
  await client.end();
  await app.close();
});

interface Node {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Node[];
}

/** Made for the values, or once for all values, as PostgreSQL may do for a statement that has a name. */
type PlanMode = 'custom' | 'generic';

const literal = (value: unknown) =>
  escapeLiteral(value instanceof Date ? value.toISOString() : String(value));

/** What PostgreSQL did for one page: the plan, how many rows its scans met, how many blocks it read. */
async function explain(query: ListTasksQuery, after?: Position, mode: PlanMode = 'custom') {
  const { text, parameters } = numberParameters(selectPage(query, after).text);
  const values: Record<string, unknown> = listValues(user, query, after);
  const literals = parameters.map((name) => literal(values[name]));
  await client.query(`SET plan_cache_mode = force_${mode}_plan`);
  await client.query(`PREPARE page AS ${text}`);
  const {
    rows: [row],
  } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE page(${literals.join()})`,
  );
  await client.query('DEALLOCATE page');
  const plan = row?.['QUERY PLAN'][0].Plan;
  if (!plan) throw new Error('there is no plan');
  const nodes = flatten(plan);
  const scans = nodes.filter((node) => node['Node Type'].includes('Scan'));
  return {
    types: nodes.map((node) => node['Node Type']),
    /** The scans that read the table or an index by themselves. */
    sources: scans.filter(({ Plans }) => !Plans),
    rows: Math.max(...scans.map(rowsOf)),
    blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
  };
}

/** The rows that a scan has met, those that it has thrown away included. */
const rowsOf = (node: Node) =>
  node['Actual Loops'] *
  (node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0));

const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

const list = (query: Partial<ListTasksQuery>): ListTasksQuery =>
  Object.assign(new ListTasksQuery(), query);

/** The task at a place of the list. */
async function positionAt(query: ListTasksQuery, place: number): Promise<Position> {
  const select = selectPage(query);
  const values = listValues(user, { ...query, limit: place + 1 });
  const task = (await statements.run<TaskRow>(select, values))[place];
  if (!task) throw new Error('the list is shorter');
  return { id: task.id, key: task[sortKeyOf(query)] };
}

/** Rows that a page of ten may touch: the one that says that there is more, and what a filter skips. */
const ROWS = 10 + 10;
/** Each row may be in a block of its own, and an index takes a few on the way down. */
const BLOCKS = ROWS + 8;

async function expectPageOnly(query: ListTasksQuery, after?: Position): Promise<void> {
  for (const mode of ['custom', 'generic'] as const) {
    const { types, rows, blocks } = await explain(query, after, mode);
    expect(types).toEqual(['Limit', 'Index Scan']);
    expect(rows).toBeLessThanOrEqual(ROWS);
    expect(blocks).toBeLessThanOrEqual(BLOCKS);
  }
}

/** It reads nothing but the user's own part of the indexes that there are. */
async function expectOwnRowsOnly(query: ListTasksQuery, after?: Position): Promise<void> {
  for (const mode of ['custom', 'generic'] as const) {
    const { sources, rows } = await explain(query, after, mode);
    for (const source of sources) {
      expect(indexes).toContain(source['Index Name']);
      expect(source['Index Cond']).toContain('user_id = ');
    }
    expect(rows).toBeLessThanOrEqual(TASKS);
  }
}

const indexes = [
  'tasks_pkey',
  'tasks_user_id_created_at_id_idx',
  'tasks_user_id_updated_at_id_idx',
];

const times = sorts.filter((sort) => !sort.endsWith('title'));

/** 1,440 of the user's tasks were made on it. */
const aDay = {
  created_after: new Date('2026-01-02T00:00:00Z'),
  created_before: new Date('2026-01-03T00:00:00Z'),
};

describe.each(times)('a list by %s', (sort) => {
  it.each([
    ['all tasks', {}],
    ['the many that are done', { completed: true }],
  ])('touches the rows of a page and no more: %s', async (_, filter) => {
    const query = list({ ...filter, sort, limit: 10 });
    for (const after of [undefined, await positionAt(query, TASKS - 400)]) {
      await expectPageOnly(query, after);
    }
  });
});

describe.each(['created_at', '-created_at'] as const)('a range of time by %s', (sort) => {
  it.each([
    ['all tasks', {}],
    ['the tasks that are done', { completed: true }],
  ])('touches the rows of a page and no more: %s', async (_, filter) => {
    const query = list({ ...filter, ...aDay, sort, limit: 10 });
    for (const after of [undefined, await positionAt(query, 500)]) {
      await expectPageOnly(query, after);
    }
  });
});

describe.each(sorts)('any other list by %s', (sort) => {
  it.each<[string, Partial<ListTasksQuery>]>([
    ['all tasks', {}],
    ['the few that are open', { completed: false }],
    ['a range of time', aDay],
    ['a search for a rare text', { search: 'Task c4ca4238a0b923820dcc509a6f75849b' }],
    ['a search for a text that is everywhere', { search: 'task' }],
    ['all of these at once', { ...aDay, completed: true, search: 'a' }],
    ['a count of all', { include_total: true }],
    ['a count of the few', { include_total: true, completed: false }],
  ])("reads the user's own tasks and nobody else's: %s", async (_, filter) => {
    const query = list({ ...filter, sort, limit: 10 });
    await expectOwnRowsOnly(query);
    await expectOwnRowsOnly(query, {
      id: '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f',
      key: keyIn(sort),
    });
  });
});

/** A place in the middle of any list by that order. */
const keyIn = (sort: string) => (sort.endsWith('title') ? 'Task 8' : '2026-01-03T00:00:00Z');
