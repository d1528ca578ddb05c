import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type QueryDeepPartialEntity } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { retryLostConnection } from '../database/retry-lost-connection.js';
import { includesTag } from '../http/conditional/entity-tags.js';
import { isConditional, type Preconditions } from '../http/conditional/preconditions.js';
import { AppError } from '../http/errors/app-error.js';
import type { CreateTaskDto } from './dto/create-task.dto.js';
import type { DeletedTaskDto } from './dto/deleted-task.dto.js';
import { TaskDto } from './dto/task.dto.js';
import type { UpdateTaskDto } from './dto/update-task.dto.js';
import { createOnce } from './idempotency/create-once.js';
import type { TaskPath } from './task-path.js';
import { Task } from './task.entity.js';
import { versionOf } from './task-version.js';
import { writeTask } from './write-task.js';

/**
 * What can be done with a user's task. Every operation is one SQL statement that names the user, so
 * that a stranger's task is as missing as one that never was, and no two changes can mix.
 */
@Injectable()
export class TasksService {
  constructor(@InjectRepository(Task) private readonly tasks: Repository<Task>) {}

  /**
   * @param key by which the client marks repeated requests as the same one
   * @throws AppError `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_PROGRESS`
   */
  async create(userId: string, dto: CreateTaskDto, key?: string): Promise<TaskDto> {
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
    if (key !== undefined) return createOnce(this.tasks.manager, key, task);
    await this.tasks.createQueryBuilder().insert().values(task).updateEntity(false).execute();
    return TaskDto.from(task);
  }

  /** @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async get({ user_id, task_id }: TaskPath, { ifMatch = '*' }: Preconditions): Promise<TaskDto> {
    const found = await retryLostConnection(() => this.tasks.findOneBy({ id: task_id, user_id }));
    if (!found) throw new AppError('TASK_NOT_FOUND');
    const task = TaskDto.from(found);
    if (!includesTag(ifMatch, versionOf(task))) throw new AppError('PRECONDITION_FAILED');
    return task;
  }

  /** Changes the fields given. @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async update(path: TaskPath, dto: UpdateTaskDto, preconditions: Preconditions): Promise<TaskDto> {
    const run = () => this.change(path, { ...dto }, preconditions);
    // A conditional change that did happen would fail its own precondition the second time.
    return isConditional(preconditions) ? run() : retryLostConnection(run);
  }

  /** @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async toggle(path: TaskPath, preconditions: Preconditions): Promise<TaskDto> {
    return this.change(path, { completed: () => 'NOT completed' }, preconditions);
  }

  /** Removes the task for good. @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async delete(path: TaskPath, preconditions: Preconditions): Promise<DeletedTaskDto> {
    const deletion = this.tasks.createQueryBuilder().delete().returning('id');
    const { id } = await writeTask(this.tasks, path, deletion, preconditions);
    return { id };
  }

  private async change(
    path: TaskPath,
    values: QueryDeepPartialEntity<Task>,
    preconditions: Preconditions,
  ): Promise<TaskDto> {
    const update = this.tasks
      .createQueryBuilder()
      .update({ ...values, updated_at: () => LATER })
      .setParameters({ now: new Date() })
      .returning('*');
    return TaskDto.from(await writeTask(this.tasks, path, update, preconditions));
  }
}

/** The time of a change: now, or a millisecond after the last one if the clock has not moved on. */
const LATER = "greatest(CAST(:now AS timestamptz(3)), updated_at + interval '1 millisecond')";
