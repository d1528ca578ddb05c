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

  it('is what the entities say also where there can be no trigrams, down and up again', async () => {
    const other = await createDatabase();
    // The extension cannot be created over a function of its own.
    await other.query(
      "CREATE FUNCTION similarity(text, text) RETURNS real LANGUAGE sql AS 'SELECT 0.0::real'",
    );
    await migrate(optionsOf(other));
    const without = await new DataSource(optionsOf(other)).initialize();
    await without.undoLastMigration();
    await migrate(optionsOf(other));
    const { upQueries } = await without.driver.createSchemaBuilder().log();
    await without.destroy();
    await other.drop();
    expect(upQueries).toEqual([]);
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
});

describe('the other tables', () => {
  beforeAll(async () => {
    await migrate(optionsOf(database));
  });

  it('hold one secret for cursors, as random as a key has to be', async () => {
    const secrets = await database.query<{ secret: Buffer }>('SELECT secret FROM cursor_secret');
    expect(secrets.map(({ secret }) => secret.length)).toEqual([32]);
    await expect(
      database.query('INSERT INTO cursor_secret SELECT 2, secret FROM cursor_secret'),
    ).rejects.toMatchObject({ constraint: 'cursor_secret_one_row' });
    await expect(database.query("UPDATE cursor_secret SET secret = 'short'")).rejects.toMatchObject(
      { constraint: 'cursor_secret_length' },
    );
  });

  it.each(['', 'two words', 'é', 'x'.repeat(256)])('refuse "%s" as a key', async (key) => {
    const insert =
      "INSERT INTO idempotency_keys (user_id, key, answer, created_at) VALUES ('ada', $1, '{}', now())";
    await expect(database.query(insert, [key])).rejects.toMatchObject({
      constraint: 'idempotency_keys_key_visible_ascii',
    });
  });
});
