import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Settings } from '../src/config/settings.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { migrate } from '../src/database/migrate.js';
import { schema } from '../src/schema.js';
import { createDatabase, type TestDatabase } from './support/database.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createDatabase();
  dataSource = await new DataSource(optionsOf(database)).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const optionsOf = ({ url }: TestDatabase) => dataSourceOptions(url, new Settings(), schema);

const differences = async () => (await dataSource.driver.createSchemaBuilder().log()).upQueries;

const tables = async () =>
  (
    await database.query<{ table_name: string }>(
      `SELECT table_name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_name <> 'migrations' ORDER BY 1`,
    )
  ).map(({ table_name }) => table_name);

describe('the schema', () => {
  it('is made by several processes at once, by one of them', async () => {
    const empty = await createDatabase();
    const runs = await Promise.all([1, 2, 3].map(() => migrate(optionsOf(empty))));
    await empty.drop();
    const names = dataSource.migrations.map(({ name }) => name);
    expect(runs.toSorted((a, b) => b.length - a.length)).toEqual([names, [], []]);
  });

  it('is what the entities say', async () => {
    await migrate(optionsOf(database));
    expect(await differences()).toEqual([]);
  });

  it('goes all the way down and up again', async () => {
    await migrate(optionsOf(database));
    for (let left = dataSource.migrations.length; left > 0; left -= 1) {
      await dataSource.undoLastMigration();
    }
    expect(await tables()).toEqual([]);
    await migrate(optionsOf(database));
    expect(await tables()).toContain('tasks');
    expect(await differences()).toEqual([]);
  });
});

describe('the table of tasks', () => {
  beforeAll(async () => {
    await migrate(optionsOf(database));
  });

  const valid = {
    id: '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f',
    user_id: 'ada',
    title: 'x',
    description: null as string | null,
    completed: false,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  };
  const insert = (change: Partial<Record<keyof typeof valid, unknown>>) =>
    database.query(
      'INSERT INTO tasks SELECT * FROM jsonb_populate_record(NULL::tasks, $1::jsonb)',
      [JSON.stringify({ ...valid, ...change })],
    );

  it.each([
    ['tasks_user_id_length', { user_id: '' }],
    ['tasks_user_id_length', { user_id: 'x'.repeat(256) }],
    ['tasks_user_id_not_blank', { user_id: ' \u3000\ufeff' }],
    ['tasks_user_id_no_controls', { user_id: 'a\u0085' }],
    ['tasks_title_length', { title: '' }],
    ['tasks_title_length', { title: '😀'.repeat(201) }],
    ['tasks_title_trimmed', { title: '\u2003' }],
    ['tasks_title_trimmed', { title: 'x\u00a0' }],
    ['tasks_description_length', { description: 'x'.repeat(1001) }],
    ['tasks_updated_at_not_before_created_at', { updated_at: '2025-01-01T00:00:00Z' }],
  ])('refuses by itself, as %s, what the API refuses: %j', async (constraint, change) => {
    await expect(insert(change)).rejects.toMatchObject({ constraint });
  });

  it.each(['id', 'user_id', 'title', 'completed', 'created_at', 'updated_at'])(
    'has no row without %s',
    async (column) => {
      await expect(insert({ [column]: null })).rejects.toMatchObject({ code: '23502', column });
    },
  );

  it('takes the longest of everything', async () => {
    await insert({
      user_id: '😀'.repeat(255),
      title: '😀'.repeat(200),
      description: '😀'.repeat(1000),
    });
    expect(await database.query('DELETE FROM tasks RETURNING id')).toHaveLength(1);
  });

  it('serves the list straight from its index', async () => {
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM tasks WHERE user_id = 'ada' AND (created_at, id) < ('2026-01-01', '${valid.id}')
       ORDER BY created_at DESC, id DESC LIMIT 51`,
    );
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('Index Scan Backward using tasks_user_id_created_at_id_idx');
    expect(text).not.toContain('Sort');
  });
});
