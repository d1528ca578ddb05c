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

beforeAll(async () => {
  app = await startApp();
  statements = app.app.get(Statements);
  client = new Client(app.database.url);
  await client.connect();
  // Of Ada's 12,000 tasks one in twenty is open, and hers are one in two of all.
  await app.database.query(
    `INSERT INTO tasks
     SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN $1 ELSE 'user-' || n % 100 END,
       'Task ' || md5(n::text), NULL, n % 40 > 0, at, at + random() * interval '30 days'
     FROM generate_series(1, 24000) AS n,
       LATERAL (SELECT timestamptz '2026-01-01Z' + n * interval '1 minute' AS at) AS t`,
    [user],
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
  readonly 'Index Name'?: string;
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
    indexes: scans.map((node) => node['Index Name']),
    rows: scans
      .map(
        (node) =>
          node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)),
      )
      .reduce((sum, rows) => sum + rows, 0),
    blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
  };
}

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

describe.each(sorts)('a list by %s', (sort) => {
  it.each([
    ['all tasks', {}, 9_980],
    ['the many that are done', { completed: true }, 9_980],
    ['the few that are open', { completed: false }, 300],
  ])('touches the rows of a page and no more: %s', async (_, filter, place) => {
    const query = list({ ...filter, sort, limit: 10 });
    for (const after of [undefined, await positionAt(query, place)]) {
      await expectPageOnly(query, after);
    }
  });
});

describe.each(['created_at', '-created_at'] as const)('a range of time by %s', (sort) => {
  it.each([
    ['all tasks', {}],
    ['the tasks that are done', { completed: true }],
  ])('touches the rows of a page and no more: %s', async (_, filter) => {
    const range = {
      created_after: new Date('2026-01-05T00:00:00Z'),
      created_before: new Date('2026-01-06T00:00:00Z'),
    };
    const query = list({ ...filter, ...range, sort, limit: 10 });
    for (const after of [undefined, await positionAt(query, 500)]) {
      await expectPageOnly(query, after);
    }
  });
});

describe('a search', () => {
  it('for a rare text looks it up among the trigrams', async () => {
    const { indexes, rows } = await explain(
      list({ search: 'Task c4ca4238a0b923820dcc509a6f75849b' }),
    );
    expect(indexes).toContain('tasks_search_idx');
    expect(rows).toBeLessThan(10);
  });

  it('for a text that is everywhere reads the list until the page is full', async () => {
    const { indexes, rows } = await explain(list({ search: 'task', limit: 10 }));
    expect(indexes).toEqual(['tasks_user_id_created_at_id_idx']);
    expect(rows).toBeLessThanOrEqual(11);
  });
});
