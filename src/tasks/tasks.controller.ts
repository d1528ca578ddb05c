import { Controller, Delete, Get, HttpStatus, Patch, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ErrorCode } from '../errors/error-catalogue.js';
import { PreconditionHeaders } from '../http/conditional/precondition-headers.decorator.js';
import type { Preconditions } from '../http/conditional/preconditions.js';
import { bodyErrors } from '../http/envelope/envelope.openapi.js';
import { Returns } from '../http/envelope/returns.decorator.js';
import { IdempotencyKeyHeader } from '../http/idempotency/idempotency-key.decorator.js';
import { replayed } from '../http/idempotency/replayed-header.js';
import { nextPage } from '../http/pages/next-page-header.js';
import type { Page } from '../http/pages/page.js';
import { Body, Consumes, Path, Query } from '../http/validation/inputs.js';
import { UserPath } from '../users/user-path.js';
import { CreateTaskDto } from './dto/create-task.dto.js';
import { DeletedTaskDto } from './dto/deleted-task.dto.js';
import { ListTasksQuery } from './dto/list-tasks.query.js';
import { TaskDto } from './dto/task.dto.js';
import { UpdateTaskDto } from './dto/update-task.dto.js';
import { entityTag, location } from './task-headers.js';
import { TaskListsService } from './task-lists.service.js';
import { TaskPath } from './task-path.js';
import { TasksService } from './tasks.service.js';

/** What any operation on one task can meet. */
const taskErrors = [
  'VALIDATION_ERROR',
  'TASK_NOT_FOUND',
  'PRECONDITION_FAILED',
  'RATE_LIMITED',
] as const satisfies readonly ErrorCode[];

@ApiTags('Tasks')
@Controller('api/:user_id/tasks')
export class TasksController {
  constructor(
    private readonly service: TasksService,
    private readonly lists: TaskListsService,
  ) {}

  @Get()
  @ApiOperation({ summary: "List a user's tasks, newest first unless told otherwise" })
  @Returns(TaskDto, {
    paged: true,
    message: 'Tasks retrieved successfully',
    errors: ['VALIDATION_ERROR', 'RATE_LIMITED'],
    headers: [nextPage],
  })
  list(@Path() { user_id }: UserPath, @Query() query: ListTasksQuery): Promise<Page<TaskDto>> {
    return this.lists.page(user_id, query);
  }

  @Post()
  @ApiOperation({ summary: 'Create a task' })
  @Returns(TaskDto, {
    status: HttpStatus.CREATED,
    message: 'Task created successfully',
    errors: [...bodyErrors, 'IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED', 'RATE_LIMITED'],
    headers: [location, entityTag, replayed],
  })
  create(
    @Path() { user_id }: UserPath,
    @Body() dto: CreateTaskDto,
    @IdempotencyKeyHeader() key?: string,
  ): Promise<TaskDto> {
    return this.service.create(user_id, dto, key);
  }

  @Get(':task_id')
  @ApiOperation({ summary: 'Get a task' })
  @Returns(TaskDto, {
    message: 'Task retrieved successfully',
    errors: taskErrors,
    headers: [entityTag],
    conditional: true,
  })
  get(
    @Path() path: TaskPath,
    @PreconditionHeaders() preconditions: Preconditions,
  ): Promise<TaskDto> {
    return this.service.get(path, preconditions);
  }

  @Put(':task_id')
  @ApiOperation({ summary: 'Update the fields given' })
  @Returns(TaskDto, {
    message: 'Task updated successfully',
    errors: [...bodyErrors, ...taskErrors],
    headers: [entityTag],
  })
  update(
    @Path() path: TaskPath,
    @Body() dto: UpdateTaskDto,
    @PreconditionHeaders() preconditions: Preconditions,
  ): Promise<TaskDto> {
    return this.service.update(path, dto, preconditions);
  }

  @Patch(':task_id')
  @ApiOperation({ summary: 'Update the fields given (JSON Merge Patch, RFC 7396)' })
  @Consumes('application/merge-patch+json', 'application/json')
  @Returns(TaskDto, {
    message: 'Task updated successfully',
    errors: [...bodyErrors, ...taskErrors],
    headers: [entityTag],
  })
  patch(
    @Path() path: TaskPath,
    @Body() dto: UpdateTaskDto,
    @PreconditionHeaders() preconditions: Preconditions,
  ): Promise<TaskDto> {
    return this.service.update(path, dto, preconditions);
  }

  @Patch(':task_id/complete')
  @ApiOperation({ summary: 'Toggle whether a task is done' })
  @Returns(TaskDto, {
    message: 'Task completion status toggled successfully',
    errors: taskErrors,
    headers: [entityTag],
  })
  toggle(
    @Path() path: TaskPath,
    @PreconditionHeaders() preconditions: Preconditions,
  ): Promise<TaskDto> {
    return this.service.toggle(path, preconditions);
  }

  @Delete(':task_id')
  @ApiOperation({ summary: 'Remove a task for good' })
  @Returns(DeletedTaskDto, { message: 'Task deleted successfully', errors: taskErrors })
  delete(
    @Path() path: TaskPath,
    @PreconditionHeaders() preconditions: Preconditions,
  ): Promise<DeletedTaskDto> {
    return this.service.delete(path, preconditions);
  }
}
