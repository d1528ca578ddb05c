import type { Repository, SelectQueryBuilder } from 'typeorm';
import type { Task } from './task.entity.js';

/** A task as a statement returns it: its times are RFC 3339 text already. */
export type TaskRow = { readonly [Column in keyof Task]: AsText<Task[Column]> };

type AsText<T> = T extends Date ? string : T;

/** Which task a statement is about, and whose it has to be. */
export const ONE_TASK = 'id = :task_id AND user_id = :user_id';

/** The columns of a row. They are named one by one, so that a new one cannot upset a running statement. */
export function columnsOf(tasks: Repository<Task>): readonly string[] {
  return tasks.metadata.columns.map(({ databaseName }) => databaseName);
}

/** Rows of the table `task`, not yet told which; TypeORM by itself would give the columns other names. */
export function selectRows(tasks: Repository<Task>): SelectQueryBuilder<Task> {
  const query = tasks.createQueryBuilder('task').select([]);
  for (const column of columnsOf(tasks)) query.addSelect(`task.${column}`, column);
  return query;
}
