import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type QueryDeepPartialEntity } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Page } from '../http/envelope/page.js';
import { retryLostConnection } from '../database/retry-lost-connection.js';
import { AppError } from '../http/errors/app-error.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import type { CreateTaskDto } from './dto/create-task.dto.js';
import type { DeletedTaskDto } from './dto/deleted-task.dto.js';
import type { ListTasksQuery } from './dto/list-tasks.query.js';
import { TaskDto } from './dto/task.dto.js';
import type { UpdateTaskDto } from './dto/update-task.dto.js';
import { Task } from './task.entity.js';

/**
 * What can be done with a user's tasks. Every operation is one SQL statement that names the user, so
 * that a stranger's task is as missing as one that never was, and no two changes can mix.
 */
@Injectable()
export class TasksService {
  constructor(@InjectRepository(Task) private readonly tasks: Repository<Task>) {}

  /** One page of the user's tasks, newest first, those of the same millisecond by id. */
  async list(userId: string, { limit, cursor }: ListTasksQuery): Promise<Page<TaskDto>> {
    const query = this.tasks
      .createQueryBuilder('task')
      .where('task.user_id = :userId', { userId })
      .orderBy({ 'task.created_at': 'DESC', 'task.id': 'DESC' })
      .limit(limit + 1);
    if (cursor !== undefined) {
      query.andWhere(
        '(task.created_at, task.id) < (:created_at, :id)',
        decodeCursor(userId, cursor),
      );
    }
    const found = await retryLostConnection(() => query.getMany());
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const next_cursor = found.length > limit && last ? encodeCursor(userId, last) : null;
    return new Page(items.map(TaskDto.from), {
      limit,
      has_more: next_cursor !== null,
      next_cursor,
    });
  }

  async create(userId: string, dto: CreateTaskDto): Promise<TaskDto> {
    const now = new Date();
    const task: Task = {
      id: uuidv7(),
      user_id: userId,
      title: dto.title,
      description: dto.description ?? null,
      completed: dto.completed ?? false,
      created_at: now,
      updated_at: now,
    };
    const insert = this.tasks.createQueryBuilder().insert().values(task);
    return TaskDto.from(only(await insert.returning('*').execute()));
  }

  /** @throws AppError `TASK_NOT_FOUND` */
  async get(userId: string, id: string): Promise<TaskDto> {
    const task = await retryLostConnection(() => this.tasks.findOneBy({ id, user_id: userId }));
    if (!task) throw new AppError('TASK_NOT_FOUND');
    return TaskDto.from(task);
  }

  /** Changes the fields given. @throws AppError `TASK_NOT_FOUND` */
  async update(userId: string, id: string, dto: UpdateTaskDto): Promise<TaskDto> {
    return retryLostConnection(() => this.change(userId, id, { ...dto }));
  }

  /** @throws AppError `TASK_NOT_FOUND` */
  async toggle(userId: string, id: string): Promise<TaskDto> {
    return this.change(userId, id, { completed: () => 'NOT completed' });
  }

  /** Removes the task for good. @throws AppError `TASK_NOT_FOUND` */
  async delete(userId: string, id: string): Promise<DeletedTaskDto> {
    const deletion = this.tasks.createQueryBuilder().delete().where({ id, user_id: userId });
    return { id: only(await deletion.returning('id').execute()).id };
  }

  private async change(
    userId: string,
    id: string,
    values: QueryDeepPartialEntity<Task>,
  ): Promise<TaskDto> {
    const update = this.tasks
      .createQueryBuilder()
      .update({ ...values, updated_at: () => LATER })
      .where({ id, user_id: userId })
      .setParameters({ now: new Date() });
    return TaskDto.from(only(await update.returning('*').execute()));
  }
}

/** The time of a change: now, or a millisecond after the last one if the clock has not moved on. */
const LATER = "greatest(CAST(:now AS timestamptz(3)), updated_at + interval '1 millisecond')";

/** The one row that a statement returned. @throws AppError `TASK_NOT_FOUND` when there is none */
function only({ raw }: { raw: unknown }): Task {
  const [row] = raw as Task[];
  if (!row) throw new AppError('TASK_NOT_FOUND');
  return row;
}
