import type { Statement } from '../database/statements/statements.js';
import type { Position } from '../http/pages/cursor.js';
import type { ListTasksQuery } from './dto/list-tasks.query.js';
import { COLUMNS } from './task-statements.js';

/** The filters, each a field of the query with the condition that it adds. */
const filters = {
  completed: 'completed = :completed',
  created_after: 'created_at >= :created_after',
  created_before: 'created_at < :created_before',
  search: `(lower(title COLLATE task_search) LIKE lower(CAST(:pattern AS text) COLLATE task_search)
    OR lower(description COLLATE task_search) LIKE lower(CAST(:pattern AS text) COLLATE task_search))`,
} as const satisfies Partial<Record<keyof ListTasksQuery, string>>;

/**
 * One page of the user's tasks that pass every filter given, in order, from after the position on. One
 * row more than the page holds says that there is more.
 */
export function selectPage(query: ListTasksQuery, after?: Position): Statement {
  const { sort, include_total } = query;
  const key = sortKeyOf(query);
  const [direction, beyond] = sort.startsWith('-') ? ['DESC', '<'] : ['ASC', '>'];
  const total = include_total ? `, (${countTasks(query).text}) AS total` : '';
  // Comparing rows, not columns, lets an index start right behind the position.
  const rest = after ? ` AND (${key}, id) ${beyond} (:key, :id)` : '';
  return {
    text: `SELECT ${COLUMNS}${total} FROM tasks WHERE ${conditionsOf(query)}${rest}
    ORDER BY ${key} ${direction}, id ${direction} LIMIT :limit`,
    alone: include_total || !isServedByIndex(query),
  };
}

/** How many tasks there are in the whole list, as `total`. */
export function countTasks(query: ListTasksQuery): Statement {
  const where = conditionsOf(query);
  return {
    text: `SELECT CAST(count(*) AS integer) AS total FROM tasks WHERE ${where}`,
    alone: true,
  };
}

/** The values for both of them. */
export function listValues(user_id: string, query: ListTasksQuery, after?: Position) {
  const { completed, created_after, created_before, search, limit } = query;
  const pattern = search === undefined ? undefined : containing(search);
  const filter = { completed, created_after, created_before, pattern };
  return { user_id, ...filter, limit: limit + 1, ...after };
}

/** The column that a list is sorted by. */
export function sortKeyOf({ sort }: Pick<ListTasksQuery, 'sort'>) {
  return sort.replace('-', '') as 'created_at' | 'updated_at' | 'title';
}

function conditionsOf(query: ListTasksQuery): string {
  const given = Object.entries(filters).filter(
    ([name]) => query[name as keyof typeof filters] !== undefined,
  );
  return ['user_id = :user_id', ...given.map(([, condition]) => condition)].join(' AND ');
}

/**
 * Whether the page comes out of an index in its order, and costs its rows and those that `completed` skips;
 * otherwise it may have to read the whole list.
 */
function isServedByIndex({ search, created_after, created_before, sort }: ListTasksQuery): boolean {
  const isRange = created_after !== undefined || created_before !== undefined;
  const isOrdered = !sort.endsWith('title') && (!isRange || sort.endsWith('created_at'));
  return isOrdered && search === undefined;
}

/** The pattern of LIKE for "contains this text", literally. */
function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
