import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpiredKeysService } from '../http/idempotency/expired-keys.service.js';
import { IdempotencyKey } from '../http/idempotency/idempotency-key.entity.js';
import { CursorSecret } from '../http/pages/cursor-secret.entity.js';
import { TaskListsService } from './list/task-lists.service.js';
import { Task } from './task.entity.js';
import { TasksController } from './tasks.controller.js';
import { TasksService } from './tasks.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Task, CursorSecret, IdempotencyKey])],
  controllers: [TasksController],
  providers: [TasksService, TaskListsService, ExpiredKeysService],
})
export class TasksModule {}
