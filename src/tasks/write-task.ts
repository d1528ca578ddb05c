import type { DeleteQueryBuilder, UpdateQueryBuilder } from 'typeorm';
import type { Statements } from '../database/statements/statements.js';
import { isConditional, type Preconditions } from '../http/conditional/preconditions.js';
import { AppError } from '../errors/app-error.js';
import type { TaskPath } from './task-path.js';
import { ONE_TASK, type TaskRow } from './task-row.js';
import type { Task } from './task.entity.js';
import { timesOf } from './task-version.js';

/** An update or deletion that returns the row, not yet told which, and what tells it from others. */
export interface Write {
  readonly name: string;
  query(this: void): UpdateQueryBuilder<Task> | DeleteQueryBuilder<Task>;
}

/**
 * Runs a write on one task, in one statement with its preconditions, so that nothing can come between.
 *
 * @throws AppError `TASK_NOT_FOUND`, or `PRECONDITION_FAILED` when there is a task that does not meet them
 */
export async function writeTask(
  statements: Statements,
  path: TaskPath,
  { name, query }: Write,
  preconditions: Preconditions,
  values?: object,
): Promise<TaskRow> {
  const conditions = isConditional(preconditions) ? conditionsOf(preconditions) : [];
  const text = () => {
    const write = query()
      .where([ONE_TASK, ...conditions].join(' AND '))
      .getQuery();
    return conditions.length > 0 ? `WITH written AS (${write}) ${TOLD_APART}` : write;
  };
  const [row] = await statements.run<TaskRow | Record<keyof TaskRow, null>>(
    { name: [name, ...conditions].join(' '), text, writes: true },
    Object.assign(timesIn(preconditions), values, path),
  );
  if (!row) throw new AppError('TASK_NOT_FOUND');
  if (row.id === null) throw new AppError('PRECONDITION_FAILED');
  return row;
}

/** The table is joined as the statement found it, so that "none" and "not this one" differ. */
const TOLD_APART = `
  SELECT written.* FROM tasks LEFT JOIN written ON written.id = tasks.id
  WHERE tasks.id = :task_id AND tasks.user_id = :user_id`;

/** The conditions that stand for the preconditions. The task itself is what `*` stands for. */
function conditionsOf({ ifMatch = '*', ifNoneMatch = [] }: Preconditions): string[] {
  return [
    ...(ifMatch === '*' ? [] : ['updated_at = ANY(:match)']),
    ifNoneMatch === '*' ? 'false' : 'updated_at <> ALL(:none_match)',
  ];
}

/** The times that a statement may ask for: of the change, and of the versions in the preconditions. */
function timesIn({ ifMatch, ifNoneMatch }: Preconditions) {
  return {
    now: new Date().toISOString(),
    match: timesOf(ifMatch),
    none_match: timesOf(ifNoneMatch),
  };
}
