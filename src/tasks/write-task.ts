import type { DeleteQueryBuilder, Repository, UpdateQueryBuilder } from 'typeorm';
import { isConditional, type Preconditions } from '../http/conditional/preconditions.js';
import { AppError } from '../http/errors/app-error.js';
import type { TaskPath } from './task-path.js';
import type { Task } from './task.entity.js';
import { timesOf } from './task-version.js';

/** An update or deletion that returns the row, not yet told which. */
type Write = UpdateQueryBuilder<Task> | DeleteQueryBuilder<Task>;

/**
 * Runs a write on one task, in one statement with its preconditions, so that nothing can come between.
 *
 * @throws AppError `TASK_NOT_FOUND`, or `PRECONDITION_FAILED` when there is a task that does not meet them
 */
export async function writeTask(
  tasks: Repository<Task>,
  { user_id, task_id }: TaskPath,
  write: Write,
  preconditions: Preconditions,
): Promise<Task> {
  write.where({ id: task_id, user_id });
  if (!isConditional(preconditions)) {
    const [row] = (await write.execute()).raw as Task[];
    if (!row) throw new AppError('TASK_NOT_FOUND');
    return row;
  }
  const [statement, parameters]: [string, unknown[]] = guard(
    write,
    preconditions,
  ).getQueryAndParameters();
  // The table is joined as the statement found it, so that "none" and "not this one" differ.
  const [row] = await tasks.query<(Task | Record<keyof Task, null>)[]>(
    `WITH written AS (${statement})
     SELECT written.* FROM tasks LEFT JOIN written ON written.id = tasks.id
     WHERE tasks.id = $${parameters.length + 1} AND tasks.user_id = $${parameters.length + 2}`,
    [...parameters, task_id, user_id],
  );
  if (!row) throw new AppError('TASK_NOT_FOUND');
  if (row.id === null) throw new AppError('PRECONDITION_FAILED');
  return row;
}

/** The write, on a task that meets the preconditions only. The task itself is what `*` stands for. */
function guard(write: Write, { ifMatch = '*', ifNoneMatch = [] }: Preconditions): Write {
  if (ifMatch !== '*') write.andWhere('updated_at = ANY(:match)', { match: timesOf(ifMatch) });
  return ifNoneMatch === '*'
    ? write.andWhere('false')
    : write.andWhere('updated_at <> ALL(:noneMatch)', { noneMatch: timesOf(ifNoneMatch) });
}
