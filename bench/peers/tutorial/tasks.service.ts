import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository, type FindOptionsWhere } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Task } from './task.entity.js';
import type { CreateTaskDto, ListTasksQuery, UpdateTaskDto } from './tasks.dto.js';
import { invalid } from './validation-error.js';

@Injectable()
export class TasksService {
  constructor(@InjectRepository(Task) private readonly tasksRepository: Repository<Task>) {}

  async findAll(user_id: string, { limit, cursor, completed }: ListTasksQuery) {
    const where: FindOptionsWhere<Task> = { user_id };
    if (completed !== undefined) where.completed = completed === 'true';
    const found = await this.tasksRepository.find({
      where: cursor === undefined ? where : after(where, cursor),
      order: { created_at: 'DESC', id: 'DESC' },
      take: limit + 1,
    });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const has_more = found.length > limit;
    return { items, meta: { limit, has_more, next_cursor: has_more && last ? at(last) : null } };
  }

  async findOne(user_id: string, id: string) {
    const task = await this.tasksRepository.findOne({ where: { id, user_id } });
    if (!task) throw new NotFoundException('Task not found');
    return task;
  }

  create(user_id: string, dto: CreateTaskDto) {
    const now = new Date();
    const task = this.tasksRepository.create({
      id: uuidv7(),
      user_id,
      title: dto.title,
      description: dto.description ?? null,
      completed: dto.completed ?? false,
      created_at: now,
      updated_at: now,
    });
    return this.tasksRepository.save(task);
  }

  async update(user_id: string, id: string, dto: UpdateTaskDto) {
    if (Object.keys(dto).length === 0) {
      throw invalid([
        { field: 'body', message: 'give at least one of title, description, completed' },
      ]);
    }
    const task = await this.findOne(user_id, id);
    return this.tasksRepository.save(Object.assign(task, dto, { updated_at: new Date() }));
  }

  async remove(user_id: string, id: string) {
    const task = await this.findOne(user_id, id);
    await this.tasksRepository.remove(task);
    return { id };
  }
}

const at = (task: Task) =>
  Buffer.from(`${task.created_at.toISOString()} ${task.id}`).toString('base64url');

function after(where: FindOptionsWhere<Task>, cursor: string): FindOptionsWhere<Task>[] {
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const created_at = new Date(time);
  if (Number.isNaN(created_at.getTime())) {
    throw invalid([{ field: 'cursor', message: 'cursor must be a next_cursor of this list' }]);
  }
  return [
    { ...where, created_at: LessThan(created_at) },
    { ...where, created_at, id: LessThan(id) },
  ];
}
