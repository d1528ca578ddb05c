import type { Repository, SelectQueryBuilder } from 'typeorm';
import type { ListTasksQuery } from '../dto/list-tasks.query.js';
import type { Task } from '../task.entity.js';
import type { Position } from './cursor.js';

/** The tasks of the user that pass every filter given. A new filter is a field of the query and a line here. */
export function matchingTasks(
  tasks: Repository<Task>,
  userId: string,
  { completed, search, created_after, created_before }: ListTasksQuery,
): SelectQueryBuilder<Task> {
  const query = tasks.createQueryBuilder('task').where('task.user_id = :userId', { userId });
  if (completed !== undefined) query.andWhere('task.completed = :completed', { completed });
  if (created_after) query.andWhere('task.created_at >= :created_after', { created_after });
  if (created_before) query.andWhere('task.created_at < :created_before', { created_before });
  if (search !== undefined) query.andWhere(CONTAINS, { pattern: containing(search) });
  return query;
}

/** One page of them, in order, from after the position on; one row more says that there is more. */
export function pageOf(
  matching: SelectQueryBuilder<Task>,
  { sort, limit }: ListTasksQuery,
  after?: Position,
): SelectQueryBuilder<Task> {
  const key = sortKeyOf({ sort });
  const [direction, beyond] = sort.startsWith('-')
    ? (['DESC', '<'] as const)
    : (['ASC', '>'] as const);
  const query = matching
    .clone()
    .select('task.*')
    .orderBy({ [`task.${key}`]: direction, 'task.id': direction })
    .limit(limit + 1);
  // Comparing rows, not columns, lets the index start right behind the position.
  return after
    ? query.andWhere(`(task.${key}, task.id) ${beyond} (:key, :id)`, { ...after })
    : query;
}

/** The column that a list is sorted by. */
export function sortKeyOf({ sort }: Pick<ListTasksQuery, 'sort'>) {
  return sort.replace('-', '') as 'created_at' | 'updated_at' | 'title';
}

/** The very expressions of the trigram index, so that a server that has it can use it. */
const LOWER_PATTERN = 'lower(CAST(:pattern AS text) COLLATE task_search)';
const CONTAINS = `(lower(task.title COLLATE task_search) LIKE ${LOWER_PATTERN}
  OR lower(task.description COLLATE task_search) LIKE ${LOWER_PATTERN})`;

/** The pattern of LIKE for "contains this text", literally. */
function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
