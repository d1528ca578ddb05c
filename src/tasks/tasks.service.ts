import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { retryLostConnection } from '../database/retry-lost-connection.js';
import { Statements } from '../database/statements/statements.js';
import { includesTag } from '../http/conditional/entity-tags.js';
import { isConditional, type Preconditions } from '../http/conditional/preconditions.js';
import { AppError } from '../errors/app-error.js';
import type { CreateTaskDto } from './dto/create-task.dto.js';
import type { DeletedTaskDto } from './dto/deleted-task.dto.js';
import { TaskDto } from './dto/task.dto.js';
import type { UpdateTaskDto } from './dto/update-task.dto.js';
import { createOnce } from '../http/idempotency/create-once.js';
import { newTaskId } from './task-id.js';
import type { TaskPath } from './task-path.js';
import type { TaskRow } from './task-row.js';
import { deleteTask, insertTask, selectTask, toggleTask, updateTask } from './task-statements.js';
import { Task } from './task.entity.js';
import { versionOf } from './task-version.js';
import { writeTask, type Write } from './write-task.js';

/**
 * What can be done with a user's task. Every operation is one SQL statement that names the user, so
 * that a stranger's task is as missing as one that never was, and no two changes can mix.
 */
@Injectable()
export class TasksService {
  constructor(
    @InjectRepository(Task) private readonly tasks: Repository<Task>,
    private readonly statements: Statements,
  ) {}

  /**
   * @param key by which the client marks repeated requests as the same one
   * @throws AppError `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_PROGRESS`
   */
  async create(userId: string, dto: CreateTaskDto, key?: string): Promise<TaskDto> {
    const now = new Date().toISOString();
    const task: TaskRow = {
      id: newTaskId(),
      user_id: userId,
      title: dto.title,
      description: dto.description ?? null,
      completed: dto.completed ?? false,
      created_at: now,
      updated_at: now,
    };
    if (key !== undefined) return createOnce(this.statements, key, task);
    await this.statements.run(insertTask(this.tasks), task);
    return TaskDto.from(task);
  }

  /** @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async get(path: TaskPath, { ifMatch = '*' }: Preconditions): Promise<TaskDto> {
    const statement = selectTask(this.tasks);
    const [row] = await retryLostConnection(() => this.statements.run<TaskRow>(statement, path));
    if (!row) throw new AppError('TASK_NOT_FOUND');
    const task = TaskDto.from(row);
    if (!includesTag(ifMatch, versionOf(task))) throw new AppError('PRECONDITION_FAILED');
    return task;
  }

  /** Changes the fields given. @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async update(path: TaskPath, dto: UpdateTaskDto, preconditions: Preconditions): Promise<TaskDto> {
    const fields = Object.keys(dto) as (keyof UpdateTaskDto)[];
    const given = fields.filter((field) => dto[field] !== undefined).sort();
    const run = () => this.change(path, updateTask(this.tasks, given), preconditions, dto);
    // A conditional change that did happen would fail its own precondition the second time.
    return isConditional(preconditions) ? run() : retryLostConnection(run);
  }

  /** @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async toggle(path: TaskPath, preconditions: Preconditions): Promise<TaskDto> {
    return this.change(path, toggleTask(this.tasks), preconditions);
  }

  /** Removes the task for good. @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async delete(path: TaskPath, preconditions: Preconditions): Promise<DeletedTaskDto> {
    const { id } = await writeTask(this.statements, path, deleteTask(this.tasks), preconditions);
    return { id };
  }

  private async change(
    path: TaskPath,
    write: Write,
    preconditions: Preconditions,
    values?: UpdateTaskDto,
  ): Promise<TaskDto> {
    return TaskDto.from(await writeTask(this.statements, path, write, preconditions, values));
  }
}
