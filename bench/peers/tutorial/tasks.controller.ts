import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ResponseMessage } from './envelope.interceptor.js';
import {
  CreateTaskDto,
  ListTasksQuery,
  TaskParams,
  UpdateTaskDto,
  UserParams,
} from './tasks.dto.js';
import { TasksService } from './tasks.service.js';

@Controller('api/:user_id/tasks')
export class TasksController {
  constructor(private readonly tasksService: TasksService) {}

  @Get()
  @ResponseMessage('Tasks retrieved successfully')
  findAll(@Param() { user_id }: UserParams, @Query() query: ListTasksQuery) {
    return this.tasksService.findAll(user_id, query);
  }

  @Post()
  @ResponseMessage('Task created successfully')
  create(@Param() { user_id }: UserParams, @Body() dto: CreateTaskDto) {
    return this.tasksService.create(user_id, dto);
  }

  @Get(':task_id')
  @ResponseMessage('Task retrieved successfully')
  findOne(@Param() { user_id, task_id }: TaskParams) {
    return this.tasksService.findOne(user_id, task_id);
  }

  @Put(':task_id')
  @ResponseMessage('Task updated successfully')
  update(@Param() { user_id, task_id }: TaskParams, @Body() dto: UpdateTaskDto) {
    return this.tasksService.update(user_id, task_id, dto);
  }

  @Delete(':task_id')
  @ResponseMessage('Task deleted successfully')
  remove(@Param() { user_id, task_id }: TaskParams) {
    return this.tasksService.remove(user_id, task_id);
  }
}
