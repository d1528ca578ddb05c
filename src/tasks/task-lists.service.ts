import { Injectable } from '@nestjs/common';
import { retryLostConnection } from '../database/retry-lost-connection.js';
import { Statements } from '../database/statements/statements.js';
import type { Page } from '../http/pages/page.js';
import { Pages } from '../http/pages/pages.service.js';
import type { ListTasksQuery } from './dto/list-tasks.query.js';
import { TaskDto } from './dto/task.dto.js';
import { countTasks, listValues, selectPage, sortKeyOf } from './task-list-statements.js';
import type { TaskRow } from './task-row.js';

/** A task, and how many there are in the whole list if that was asked for. */
type Row = TaskRow & { readonly total?: number };

/** The lists of a user's tasks, page by page, each by one SQL statement. */
@Injectable()
export class TaskListsService {
  constructor(
    private readonly pages: Pages,
    private readonly statements: Statements,
  ) {}

  /** @throws AppError `VALIDATION_ERROR` for a cursor of another list */
  async page(user_id: string, query: ListTasksQuery): Promise<Page<TaskDto>> {
    const page = await retryLostConnection(() =>
      this.pages.read<Row>(user_id, query, {
        read: (after) =>
          this.statements.run(selectPage(query, after), listValues(user_id, query, after)),
        // A page without a row has none to say the total.
        total: ([first]) => first?.total ?? this.count(user_id, query),
        positionOf: (task) => ({ key: task[sortKeyOf(query)], id: task.id }),
      }),
    );
    return page.map(TaskDto.from);
  }

  private async count(user_id: string, query: ListTasksQuery): Promise<number> {
    const values = listValues(user_id, query);
    const [row] = await this.statements.run<{ total: number }>(countTasks(query), values);
    return row?.total ?? 0;
  }
}
