import {
  Body,
  Controller,
  Delete,
  Get,
  HttpStatus,
  Param,
  Patch,
  Post,
  Put,
  Query,
  UseGuards,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { bodyErrors } from '../http/envelope/envelope.openapi.js';
import type { Page } from '../http/envelope/page.js';
import { Returns } from '../http/envelope/returns.decorator.js';
import { ReadsJson } from '../http/validation/json-body.guard.js';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { CreateTaskDto } from './dto/create-task.dto.js';
import { DeletedTaskDto } from './dto/deleted-task.dto.js';
import { ListTasksQuery } from './dto/list-tasks.query.js';
import { TaskDto } from './dto/task.dto.js';
import { UpdateTaskDto } from './dto/update-task.dto.js';
import { location, nextPage } from './task-headers.js';
import { TaskPath, UserPath } from './task-path.js';
import { UserAccessGuard } from './user-access.guard.js';
import { TasksService } from './tasks.service.js';

@ApiTags('Tasks')
@Controller('api/:user_id/tasks')
@UseGuards(RateLimitGuard, UserAccessGuard)
export class TasksController {
  constructor(private readonly service: TasksService) {}

  @Get()
  @ApiOperation({ summary: "List a user's tasks, newest first" })
  @Returns(TaskDto, {
    paged: true,
    message: 'Tasks retrieved successfully',
    errors: ['VALIDATION_ERROR'],
    headers: [nextPage],
  })
  list(@Param() { user_id }: UserPath, @Query() query: ListTasksQuery): Promise<Page<TaskDto>> {
    return this.service.list(user_id, query);
  }

  @Post()
  @ApiOperation({ summary: 'Create a task' })
  @ReadsJson()
  @Returns(TaskDto, {
    status: HttpStatus.CREATED,
    message: 'Task created successfully',
    errors: bodyErrors,
    headers: [location],
  })
  create(@Param() { user_id }: UserPath, @Body() dto: CreateTaskDto): Promise<TaskDto> {
    return this.service.create(user_id, dto);
  }

  @Get(':task_id')
  @ApiOperation({ summary: 'Get a task' })
  @Returns(TaskDto, {
    message: 'Task retrieved successfully',
    errors: ['VALIDATION_ERROR', 'TASK_NOT_FOUND'],
  })
  get(@Param() { user_id, task_id }: TaskPath): Promise<TaskDto> {
    return this.service.get(user_id, task_id);
  }

  @Put(':task_id')
  @ApiOperation({ summary: 'Update the fields given' })
  @ReadsJson()
  @Returns(TaskDto, {
    message: 'Task updated successfully',
    errors: [...bodyErrors, 'TASK_NOT_FOUND'],
  })
  update(@Param() { user_id, task_id }: TaskPath, @Body() dto: UpdateTaskDto): Promise<TaskDto> {
    return this.service.update(user_id, task_id, dto);
  }

  @Patch(':task_id')
  @ApiOperation({ summary: 'Update the fields given (JSON Merge Patch, RFC 7396)' })
  @ReadsJson('application/merge-patch+json', 'application/json')
  @Returns(TaskDto, {
    message: 'Task updated successfully',
    errors: [...bodyErrors, 'TASK_NOT_FOUND'],
  })
  patch(@Param() { user_id, task_id }: TaskPath, @Body() dto: UpdateTaskDto): Promise<TaskDto> {
    return this.service.update(user_id, task_id, dto);
  }

  @Patch(':task_id/complete')
  @ApiOperation({ summary: 'Toggle whether a task is done' })
  @Returns(TaskDto, {
    message: 'Task completion status toggled successfully',
    errors: ['VALIDATION_ERROR', 'TASK_NOT_FOUND'],
  })
  toggle(@Param() { user_id, task_id }: TaskPath): Promise<TaskDto> {
    return this.service.toggle(user_id, task_id);
  }

  @Delete(':task_id')
  @ApiOperation({ summary: 'Remove a task for good' })
  @Returns(DeletedTaskDto, {
    message: 'Task deleted successfully',
    errors: ['VALIDATION_ERROR', 'TASK_NOT_FOUND'],
  })
  delete(@Param() { user_id, task_id }: TaskPath): Promise<DeletedTaskDto> {
    return this.service.delete(user_id, task_id);
  }
}
