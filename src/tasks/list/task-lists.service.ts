import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { retryLostConnection } from '../../database/retry-lost-connection.js';
import { Statements } from '../../database/statements/statements.js';
import { Page } from '../../http/pages/page.js';
import type { ListTasksQuery } from '../dto/list-tasks.query.js';
import { TaskDto } from '../dto/task.dto.js';
import type { TaskRow } from '../task-row.js';
import { Task } from '../task.entity.js';
import { CursorSecret } from '../../http/pages/cursor-secret.entity.js';
import { decodeCursor, encodeCursor, type Position } from '../../http/pages/cursor.js';
import { countTasks, listValues, selectPage, sortKeyOf } from './select-tasks.js';

/** A task, and how many there are in the whole list if that was asked for. */
type Row = TaskRow & { readonly total?: number };

/** The lists of a user's tasks, page by page, each by one SQL statement. */
@Injectable()
export class TaskListsService {
  private secret?: Buffer;

  constructor(
    @InjectRepository(Task) private readonly tasks: Repository<Task>,
    @InjectRepository(CursorSecret) private readonly secrets: Repository<CursorSecret>,
    private readonly statements: Statements,
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

    const values = listValues(userId, query, after);
    const rows = await this.statements.run<Row>(selectPage(this.tasks, query, after), values);

    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const next_cursor =
      rows.length > limit && last ? encodeCursor(secret, list, positionOf(last, query)) : null;
    return new Page(items.map(TaskDto.from), {
      limit,
      has_more: next_cursor !== null,
      next_cursor,
      // A page without a row has none to say the total.
      ...(include_total && { total: rows[0]?.total ?? (await this.count(query, values)) }),
    });
  }

  private async count(query: ListTasksQuery, values: object): Promise<number> {
    const [row] = await this.statements.run<{ total: number }>(countTasks(this.tasks, query), {
      ...values,
    });
    return row?.total ?? 0;
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

function positionOf(task: TaskRow, query: ListTasksQuery): Position {
  return { key: task[sortKeyOf(query)], id: task.id };
}
