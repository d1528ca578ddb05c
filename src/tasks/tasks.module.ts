import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpiredKeysService } from './idempotency/expired-keys.service.js';
import { IdempotencyKey } from './idempotency/idempotency-key.entity.js';
import { CursorSecret } from './list/cursor-secret.entity.js';
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
