import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { retryLostConnection } from '../database/retry-lost-connection.js';
import { Statements, type Statement } from '../database/statements/statements.js';
import { AppError } from '../errors/app-error.js';
import { includesTag } from '../http/conditional/entity-tags.js';
import { isConditional, type Preconditions } from '../http/conditional/preconditions.js';
import { runOnce } from '../http/idempotency/once.js';
import type { CreateTaskDto } from './dto/create-task.dto.js';
import type { DeletedTaskDto } from './dto/deleted-task.dto.js';
import { TaskDto } from './dto/task.dto.js';
import type { UpdateTaskDto } from './dto/update-task.dto.js';
import type { TaskPath } from './task-path.js';
import type { TaskRow } from './task-row.js';
import {
  deleteTask,
  insertTask,
  insertTaskOnce,
  selectTask,
  toggleTask,
  updateTask,
} from './task-statements.js';
import { conditionsOf, versionOf, versionsIn } from './task-version.js';

/** What a new task has where its request says nothing. */
const defaults = { description: null, completed: false } satisfies Partial<CreateTaskDto>;

/**
 * What can be done with a user's task. Every operation is one SQL statement that names the user, so
 * that a stranger's task is as missing as one that never was, and no two changes can mix.
 */
@Injectable()
export class TasksService {
  constructor(private readonly statements: Statements) {}

  /**
   * @param key by which the client marks repeated requests as the same one
   * @throws AppError `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_PROGRESS`
   */
  async create(user_id: string, dto: CreateTaskDto, key?: string): Promise<TaskDto> {
    const now = new Date().toISOString();
    const task: TaskRow = {
      id: uuidv7(),
      user_id,
      title: dto.title,
      description: dto.description ?? defaults.description,
      completed: dto.completed ?? defaults.completed,
      created_at: now,
      updated_at: now,
    };
    const answer = TaskDto.from(task);
    if (key === undefined) {
      await this.statements.run(insertTask, task);
      return answer;
    }
    const request = { key, user_id, operation: 'create task', content: withoutDefaults(dto) };
    return runOnce(this.statements, insertTaskOnce, request, answer, task);
  }

  /** @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async get(path: TaskPath, { ifMatch = '*' }: Preconditions): Promise<TaskDto> {
    const [row] = await retryLostConnection(() => this.statements.run<TaskRow>(selectTask, path));
    if (!row) throw new AppError('TASK_NOT_FOUND');
    const task = TaskDto.from(row);
    if (!includesTag(ifMatch, versionOf(task))) throw new AppError('PRECONDITION_FAILED');
    return task;
  }

  /** Changes the fields given. @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async update(path: TaskPath, dto: UpdateTaskDto, preconditions: Preconditions): Promise<TaskDto> {
    const given = Object.keys(dto).filter(
      (field) => dto[field as keyof UpdateTaskDto] !== undefined,
    );
    const statement = updateTask(given.sort(), conditionsOf(preconditions));
    const run = () => this.write(path, statement, preconditions, dto);
    // A conditional change that did happen would fail its own precondition the second time.
    return TaskDto.from(await (isConditional(preconditions) ? run() : retryLostConnection(run)));
  }

  /** @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async toggle(path: TaskPath, preconditions: Preconditions): Promise<TaskDto> {
    const statement = toggleTask(conditionsOf(preconditions));
    return TaskDto.from(await this.write(path, statement, preconditions));
  }

  /** Removes the task for good. @throws AppError `TASK_NOT_FOUND`, `PRECONDITION_FAILED` */
  async delete(path: TaskPath, preconditions: Preconditions): Promise<DeletedTaskDto> {
    const statement = deleteTask(conditionsOf(preconditions));
    const { id } = await this.write(path, statement, preconditions);
    return { id };
  }

  /** Runs a write on one task with its preconditions in one statement, so that nothing can come between. */
  private async write(
    path: TaskPath,
    statement: Statement,
    preconditions: Preconditions,
    values?: UpdateTaskDto,
  ): Promise<TaskRow> {
    const now = new Date().toISOString();
    const [row] = await this.statements.run<TaskRow | Record<keyof TaskRow, null>>(
      statement,
      Object.assign(versionsIn(preconditions), { now }, values, path),
    );
    if (!row) throw new AppError('TASK_NOT_FOUND');
    if (row.id === null) throw new AppError('PRECONDITION_FAILED');
    return row;
  }
}

/** The same for two requests that make the same task, also where one of them spells a default out. */
function withoutDefaults(dto: CreateTaskDto): object {
  return Object.fromEntries(
    Object.entries(dto).filter(
      ([field, value]) => value !== defaults[field as keyof typeof defaults],
    ),
  );
}
