import { columnsOf } from '../database/columns-of.js';
import type { Statement } from '../database/statements/statements.js';
import { once } from '../http/idempotency/once.js';
import { Task } from './task.entity.js';

/** Named one by one, so that a column which a newer version has added cannot upset a running statement. */
export const COLUMNS = columnsOf(Task).join(', ');
const PARAMETERS = columnsOf(Task)
  .map((column) => `:${column}`)
  .join(', ');

/** The parameters are the values of a `TaskRow`. */
const INSERT = `INSERT INTO tasks (${COLUMNS}) SELECT ${PARAMETERS}`;

export const insertTask: Statement = { text: INSERT, writes: true };

export const insertTaskOnce: Statement = once(INSERT);

/** `:user_id` is in every statement, so that a stranger's task is as missing as one that never was. */
const ONE_TASK = 'user_id = :user_id AND id = :task_id';

export const selectTask: Statement = { text: `SELECT ${COLUMNS} FROM tasks WHERE ${ONE_TASK}` };

/**
 * The time of a change: now, or a millisecond after the last one where the clock has not moved on. Made of
 * immutable functions alone, since a sharded PostgreSQL sets a column to no others.
 */
const LATER = `greatest(CAST(:now AS timestamptz(3)),
  (updated_at AT TIME ZONE 'UTC' + interval '1 millisecond') AT TIME ZONE 'UTC')`;

/** Sets the columns to the parameters of their names. */
export function updateTask(
  columns: readonly string[],
  conditions: readonly Condition[],
): Statement {
  return change(columns.map((column) => `${column} = :${column}`).join(', '), conditions);
}

export function toggleTask(conditions: readonly Condition[]): Statement {
  return change('completed = NOT completed', conditions);
}

export function deleteTask(conditions: readonly Condition[]): Statement {
  return guarded(
    `DELETE FROM tasks WHERE ${[ONE_TASK, ...conditions].join(' AND ')} RETURNING id`,
    conditions,
  );
}

/** What a change asks of the version that it finds: see `conditionsOf`. */
export type Condition = 'updated_at = ANY(:match)' | 'updated_at <> ALL(:none_match)' | 'false';

function change(assignments: string, conditions: readonly Condition[]): Statement {
  return guarded(
    `UPDATE tasks SET ${assignments}, updated_at = ${LATER}
    WHERE ${[ONE_TASK, ...conditions].join(' AND ')} RETURNING ${COLUMNS}`,
    conditions,
  );
}

/**
 * A write that returns no row where there is no task, and a row of nulls where there is one that does not
 * meet the conditions: both parts of a statement see the table as it was before.
 */
function guarded(write: string, conditions: readonly Condition[]): Statement {
  const told = `WITH written AS (${write})
    SELECT written.* FROM (SELECT FROM tasks WHERE ${ONE_TASK}) AS found LEFT JOIN written ON true`;
  return { text: conditions.length === 0 ? write : told, writes: true };
}
