import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { poolOf } from '../src/database/statements/pool-of.js';
import { Statements } from '../src/database/statements/statements.js';
import { startApp, type TestApp } from './support/app.js';

let app: TestApp;
let statements: Statements;

beforeAll(async () => {
  app = await startApp({ DATABASE_POOL_SIZE: '1', DATABASE_NAMED_STATEMENTS: 'always' });
  statements = app.app.get(Statements);
});
afterAll(() => app.close());

/** What the only session knows by name. */
async function preparedTexts(): Promise<string[]> {
  const prepared = await poolOf(app.app.get(DataSource))?.query<{ statement: string }>(
    "SELECT statement FROM pg_prepared_statements WHERE name <> ''",
  );
  return prepared?.rows.map(({ statement }) => statement) ?? [];
}

const remembered = () => (statements as unknown as { prepared: Map<string, unknown> }).prepared;

describe('the text of a statement', () => {
  it('is what it is known by: no two share their SQL', async () => {
    const [one] = await statements.run({ text: 'SELECT CAST(:a AS text) AS said' }, { a: 'one' });
    const [two] = await statements.run({ text: 'SELECT CAST(:a AS text) AS heard' }, { a: 'two' });
    expect([one, two]).toEqual([{ said: 'one' }, { heard: 'two' }]);
    expect(await preparedTexts()).toEqual(
      expect.arrayContaining([
        'SELECT CAST($1 AS text) AS said',
        'SELECT CAST($1 AS text) AS heard',
      ]),
    );
  });

  it('is numbered and named once, whatever its values', async () => {
    const text = 'SELECT CAST(:a AS text) AS a, CAST(:b AS text) AS b, :a || :b AS both';
    const before = remembered().size;
    for (const values of [
      { a: 'x', b: 'y' },
      { b: 'y', c: 'not asked for', a: 'x' },
    ]) {
      expect(await statements.run({ text }, values)).toEqual([{ a: 'x', b: 'y', both: 'xy' }]);
    }
    expect(remembered().size).toBe(before + 1);
    const numbered = 'SELECT CAST($1 AS text) AS a, CAST($2 AS text) AS b, $1 || $2 AS both';
    expect((await preparedTexts()).filter((prepared) => prepared === numbered)).toHaveLength(1);
  });

  it('is refused without a value for each of its parameters', async () => {
    await expect(statements.run({ text: 'SELECT :a || :b' }, { a: 'x' })).rejects.toThrow(
      'No value for b in: SELECT :a || :b',
    );
  });

  it('is not remembered for ever', async () => {
    for (let number = 0; number <= 2_500; number += 1) {
      // Alone, a text is not prepared in the session.
      const [row] = await statements.run({ text: `SELECT ${number} AS n`, alone: true }, {});
      expect(row).toEqual({ n: number });
    }
    expect(remembered().size).toBeLessThanOrEqual(1_000);
  });
});
