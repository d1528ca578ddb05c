import type { Repository } from 'typeorm';
import type { Statement } from '../../database/statements/statements.js';
import type { ListTasksQuery } from '../dto/list-tasks.query.js';
import { selectRows } from '../task-row.js';
import type { Task } from '../task.entity.js';
import type { Position } from '../../http/pages/cursor.js';

/** The filters, each a field of the query with the condition that it adds. */
const filters = {
  completed: 'task.completed = :completed',
  created_after: 'task.created_at >= :created_after',
  created_before: 'task.created_at < :created_before',
  // The very expressions of the trigram index, so that a server that has it can use it.
  search: `(lower(task.title COLLATE task_search) LIKE lower(CAST(:pattern AS text) COLLATE task_search)
    OR lower(task.description COLLATE task_search) LIKE lower(CAST(:pattern AS text) COLLATE task_search))`,
} as const satisfies Partial<Record<keyof ListTasksQuery, string>>;

/**
 * One page of the user's tasks that pass every filter given, in order, from after the position on. One
 * row more than the page holds says that there is more.
 */
export function selectPage(
  tasks: Repository<Task>,
  query: ListTasksQuery,
  after: Position | undefined,
): Statement {
  const { sort, include_total } = query;
  return {
    name: ['list', sort, ...given(query), after && 'after', include_total && 'total'].join(' '),
    alone: include_total || !isServedByIndex(query),
    text: () => {
      const key = sortKeyOf(query);
      const [direction, beyond] = sort.startsWith('-')
        ? (['DESC', '<'] as const)
        : (['ASC', '>'] as const);
      const page = selectRows(tasks)
        .where(conditionsOf(query))
        .orderBy({ [`task.${key}`]: direction, 'task.id': direction });
      if (include_total) page.addSelect(`(${countTasks(tasks, query).text()})`, 'total');
      // Comparing rows, not columns, lets the index start right behind the position.
      if (after) page.andWhere(`(task.${key}, task.id) ${beyond} (:key, :id)`);
      return `${page.getQuery()} LIMIT :limit`;
    },
  };
}

/** How many tasks there are in the whole list, as `total`. */
export function countTasks(tasks: Repository<Task>, query: ListTasksQuery): Statement {
  return {
    name: ['count', ...given(query)].join(' '),
    alone: true,
    text: () =>
      tasks
        .createQueryBuilder('task')
        .select('CAST(count(*) AS integer)', 'total')
        .where(conditionsOf(query))
        .getQuery(),
  };
}

/** The values for both of them. */
export function listValues(user_id: string, query: ListTasksQuery, after?: Position) {
  const { completed, created_after, created_before, search, limit } = query;
  const pattern = search === undefined ? undefined : containing(search);
  return {
    user_id,
    completed,
    created_after,
    created_before,
    pattern,
    limit: limit + 1,
    ...after,
  };
}

/** The column that a list is sorted by. */
export function sortKeyOf({ sort }: Pick<ListTasksQuery, 'sort'>) {
  return sort.replace('-', '') as 'created_at' | 'updated_at' | 'title';
}

function given(query: ListTasksQuery) {
  return (Object.keys(filters) as (keyof typeof filters)[]).filter(
    (name) => query[name] !== undefined,
  );
}

function conditionsOf(query: ListTasksQuery): string {
  return ['task.user_id = :user_id', ...given(query).map((name) => filters[name])].join(' AND ');
}

/** Whether the page costs no more than its rows; otherwise it may have to read the whole list. */
function isServedByIndex({ search, created_after, created_before, sort }: ListTasksQuery): boolean {
  const isRange = created_after !== undefined || created_before !== undefined;
  return search === undefined && (!isRange || sort.endsWith('created_at'));
}

/** The pattern of LIKE for "contains this text", literally. */
function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
