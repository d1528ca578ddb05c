import type { Repository, UpdateQueryBuilder } from 'typeorm';
import type { Statement } from '../database/statements/statements.js';
import { columnsOf, ONE_TASK, selectRows } from './task-row.js';
import type { Task } from './task.entity.js';
import type { Write } from './write-task.js';

export function insertTask(tasks: Repository<Task>): Statement {
  return {
    name: 'insert task',
    writes: true,
    text: () => {
      const values = columnsOf(tasks).map((column) => [column, () => `:${column}`] as const);
      return tasks.createQueryBuilder().insert().values(Object.fromEntries(values)).getQuery();
    },
  };
}

export function selectTask(tasks: Repository<Task>): Statement {
  return { name: 'select task', text: () => selectRows(tasks).where(ONE_TASK).getQuery() };
}

/** Sets the columns to the parameters of their names. */
export function updateTask(tasks: Repository<Task>, columns: readonly string[]): Write {
  return {
    name: `update task ${columns.join()}`,
    query: () => update(tasks, Object.fromEntries(columns.map((name) => [name, `:${name}`]))),
  };
}

export function toggleTask(tasks: Repository<Task>): Write {
  return { name: 'toggle task', query: () => update(tasks, { completed: 'NOT completed' }) };
}

export function deleteTask(tasks: Repository<Task>): Write {
  return { name: 'delete task', query: () => tasks.createQueryBuilder().delete().returning('id') };
}

/** The time of a change: now, or a millisecond after the last one if the clock has not moved on. */
const LATER = "greatest(CAST(:now AS timestamptz(3)), updated_at + interval '1 millisecond')";

/** Sets columns to expressions. */
function update(
  tasks: Repository<Task>,
  changes: Record<string, string>,
): UpdateQueryBuilder<Task> {
  const set = Object.entries({ ...changes, updated_at: LATER });
  return tasks
    .createQueryBuilder()
    .update(Object.fromEntries(set.map(([column, expression]) => [column, () => expression])))
    .returning([...columnsOf(tasks)]);
}
