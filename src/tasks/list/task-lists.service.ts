import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { retryLostConnection } from '../../database/retry-lost-connection.js';
import { Page } from '../../http/envelope/page.js';
import type { ListTasksQuery } from '../dto/list-tasks.query.js';
import { TaskDto } from '../dto/task.dto.js';
import { Task } from '../task.entity.js';
import { CursorSecret } from './cursor-secret.entity.js';
import { decodeCursor, encodeCursor, type Position } from './cursor.js';
import { matchingTasks, pageOf, sortKeyOf } from './select-tasks.js';

/** A task, and how many there are in the whole list if that was asked for. */
type Row = Task & { readonly total?: number };

/** The lists of a user's tasks, page by page, each by one SQL statement. */
@Injectable()
export class TaskListsService {
  private secret?: Buffer;

  constructor(
    @InjectRepository(Task) private readonly tasks: Repository<Task>,
    @InjectRepository(CursorSecret) private readonly secrets: Repository<CursorSecret>,
  ) {}

  /** @throws AppError `VALIDATION_ERROR` for a cursor of another list */
  async page(userId: string, query: ListTasksQuery): Promise<Page<TaskDto>> {
    return retryLostConnection(() => this.read(userId, query));
  }

  private async read(userId: string, query: ListTasksQuery): Promise<Page<TaskDto>> {
    const { limit, cursor, include_total } = query;
    const list = nameOf(userId, query);
    const secret = await this.readSecret();
    const after = cursor === undefined ? undefined : decodeCursor(secret, list, cursor);

    const matching = matchingTasks(this.tasks, userId, query);
    const select = pageOf(matching, query, after);
    const count = matching.clone().select('CAST(count(*) AS integer)');
    if (include_total) select.addSelect(`(${count.getQuery()})`, 'total');
    const rows = await select.getRawMany<Row>();

    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const next_cursor =
      rows.length > limit && last ? encodeCursor(secret, list, positionOf(last, query)) : null;
    return new Page(items.map(TaskDto.from), {
      limit,
      has_more: next_cursor !== null,
      next_cursor,
      // A page without a row has none to say the total.
      ...(include_total && { total: rows[0]?.total ?? (await matching.getCount()) }),
    });
  }

  /** Read once a process: it never changes. */
  private async readSecret(): Promise<Buffer> {
    this.secret ??= (await this.secrets.findOneByOrFail({ id: 1 })).secret;
    return this.secret;
  }
}

/** What may change from page to page of one list. */
const changeable: ReadonlySet<string> = new Set(['limit', 'cursor', 'include_total']);

/** What a cursor is bound to: the user, and the values of all that makes the list, however they were written. */
function nameOf(userId: string, query: ListTasksQuery): string {
  const list = Object.entries(query).filter(([name]) => !changeable.has(name));
  return JSON.stringify([userId, ...list.toSorted()]);
}

function positionOf(task: Task, query: ListTasksQuery): Position {
  const key = task[sortKeyOf(query)];
  return { key: key instanceof Date ? key.toISOString() : key, id: task.id };
}
