import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { numberParameters } from '../src/database/statements/named-parameters.js';
import type { Statement } from '../src/database/statements/statements.js';
import { fieldRulesOf } from '../src/http/validation/field-rules.js';
import { ListTasksQuery } from '../src/tasks/dto/list-tasks.query.js';
import { UpdateTaskDto } from '../src/tasks/dto/update-task.dto.js';
import * as listStatements from '../src/tasks/task-list-statements.js';
import * as taskStatements from '../src/tasks/task-statements.js';
import { startApp, type TestApp } from './support/app.js';
import { sorts } from './support/model.js';

let app: TestApp;
let client: Client;

beforeAll(async () => {
  app = await startApp();
  client = new Client(app.database.url);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await app.close();
});

const writable = [...fieldRulesOf(UpdateTaskDto).keys()];
const conditions = ['updated_at = ANY(:match)', 'updated_at <> ALL(:none_match)'] as const;

/** Every list that can be asked for, as far as its statement differs. */
const queries = sorts.flatMap((sort) =>
  [false, true].flatMap((include_total) =>
    [
      {},
      { completed: true, search: 'x', created_after: new Date(), created_before: new Date() },
    ].map((filter) => Object.assign(new ListTasksQuery(), { sort, include_total, ...filter })),
  ),
);

/** The statements of each exported maker, over its parameters. */
const made: Record<string, readonly Statement[]> = {
  insertTask: [taskStatements.insertTask],
  insertTaskOnce: [taskStatements.insertTaskOnce],
  selectTask: [taskStatements.selectTask],
  updateTask: [
    taskStatements.updateTask(writable, []),
    taskStatements.updateTask(writable, conditions),
  ],
  toggleTask: [taskStatements.toggleTask([]), taskStatements.toggleTask(conditions)],
  deleteTask: [taskStatements.deleteTask([]), taskStatements.deleteTask(conditions)],
  selectPage: queries.flatMap((query) => [
    listStatements.selectPage(query),
    listStatements.selectPage(query, { id: '', key: '' }),
  ]),
  countTasks: queries.map((query) => listStatements.countTasks(query)),
};

const texts = Object.values(made).flatMap((all) => all.map(({ text }) => text));

describe('a table that belongs to users', () => {
  it('has the user in each of its unique indexes, so that it can be sharded by user', async () => {
    const { rows } = await client.query<{ index: string; columns: string[] }>(
      `SELECT indexrelid::regclass::text AS index,
         ARRAY(SELECT attname::text FROM pg_attribute
               WHERE attrelid = indexrelid ORDER BY attnum) AS columns
       FROM pg_index
       WHERE indisunique AND indrelid IN (
         SELECT attrelid FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
         WHERE attname = 'user_id' AND relkind = 'r'
           AND relnamespace = 'public'::regnamespace)`,
    );
    expect(rows.map(({ index }) => index)).toEqual(
      expect.arrayContaining(['tasks_pkey', 'idempotency_keys_pkey']),
    );
    expect(rows.filter(({ columns }) => !columns.includes('user_id'))).toEqual([]);
  });
});

describe('every statement of tasks', () => {
  it('is among those looked at here', () => {
    const exported = Object.entries({ ...taskStatements, ...listStatements })
      .filter(([, value]) => typeof value !== 'string')
      .map(([name]) => name);
    const values = ['listValues', 'sortKeyOf'];
    expect(exported.toSorted()).toEqual([...Object.keys(made), ...values].toSorted());
  });

  it.each(Object.entries(made))('names the user: %s', (_, statements) => {
    for (const { text } of statements) {
      expect(text).toMatch(/\buser_id = :user_id\b|INSERT INTO \w+ [^(]*\([^)]*\buser_id\b/);
    }
  });

  it.each(Object.entries(made))('is one that PostgreSQL can plan: %s', async (_, statements) => {
    for (const { text } of statements) {
      await client.query(`PREPARE planned AS ${numberParameters(text).text}`);
      await client.query('DEALLOCATE planned');
    }
  });
});

/**
 * What the statements set columns to, where that is more than a parameter or another column: text up to the
 * next assignment at the same depth of brackets.
 */
function assignedIn(text: string): string[] {
  const [, assignments = ''] = /\bUPDATE \w+ SET (.*?)\bWHERE\b/s.exec(text) ?? [];
  let depth = 0;
  let current = '';
  const found: string[] = [];
  for (const character of `${assignments.trim()},`) {
    if (character === ',' && depth === 0) {
      found.push(current.slice(current.indexOf('=') + 1).trim());
      current = '';
      continue;
    }
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    current += character;
  }
  return found.filter((expression) => expression !== '');
}

/** Whether PostgreSQL takes an expression for immutable: of no other does it make an index. */
async function isImmutable(expression: string): Promise<boolean> {
  // A parameter is a constant to the row. Casts say its type; a bare one has that of its column.
  const constant = expression.replaceAll(/(?<!:):\w+/g, 'NULL');
  await client.query('BEGIN');
  try {
    await client.query(`CREATE INDEX ON tasks ((${constant}))`);
    return true;
  } catch (error) {
    // 42P17, invalid_object_definition: "functions in index expression must be marked IMMUTABLE".
    if ((error as { code?: string }).code === '42P17') return false;
    throw error;
  } finally {
    await client.query('ROLLBACK');
  }
}

describe('what a statement sets a column to', () => {
  const expressions = [
    ...new Set(texts.flatMap(assignedIn).filter((expression) => !/^:\w+$/.test(expression))),
  ];

  it('is found in the statements', () => {
    expect(expressions).toContain('NOT completed');
    expect(expressions.some((expression) => expression.startsWith('greatest('))).toBe(true);
  });

  it.each(expressions)(
    'is made of immutable functions alone, as a sharded table needs: %s',
    async (expression) => {
      expect(await isImmutable(expression)).toBe(true);
    },
  );

  it.each([
    "updated_at + interval '1 millisecond'",
    "greatest(CAST(:now AS timestamptz(3)), updated_at + interval '1 millisecond')",
    'now()',
    'CAST(created_at AS text)',
  ])('would be refused as %s', async (expression) => {
    expect(await isImmutable(expression)).toBe(false);
  });
});

type Source = readonly [path: string, text: string];

/** The sources below a folder. */
async function sourcesIn(folder: string): Promise<Source[]> {
  const root = fileURLToPath(new URL(`../${folder}`, import.meta.url));
  const paths = (await readdir(root, { recursive: true })).filter(
    (path) => path.endsWith('.ts') && !/node_modules|dist\//.test(path),
  );
  const read = async (path: string): Promise<Source> => [
    `${folder}/${path}`,
    await readFile(`${root}/${path}`, 'utf8'),
  ];
  return Promise.all(paths.map(read));
}

describe('the sources', () => {
  it('use nothing that a pooler or a sharded PostgreSQL lacks', async () => {
    const sources = [...(await sourcesIn('src')), ...(await sourcesIn('packages'))];
    const using = (pattern: RegExp) =>
      sources.filter(([, source]) => pattern.test(source)).map(([path]) => path);
    expect(using(/['"`\s](UN)?LISTEN\s+\w|\bNOTIFY\b|pg_notify/)).toEqual([]);
    expect(using(/advisory/i)).toContain('src/database/migrate.ts');
    expect(
      using(/pg_(try_)?advisory/i).filter(
        (path) =>
          path !== 'src/database/migrate.ts' && !path.startsWith('packages/embedded-postgres/'),
      ),
    ).toEqual([]);
  });
});
