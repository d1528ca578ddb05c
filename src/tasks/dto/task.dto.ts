import { ApiProperty } from '@nestjs/swagger';
import type { TaskRow } from '../task-row.js';

/** A task as clients see it. */
export class TaskDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7, made by the server' })
  readonly id!: string;

  @ApiProperty({ minLength: 1, maxLength: 255, description: 'Whose task it is' })
  readonly user_id!: string;

  @ApiProperty({ minLength: 1, maxLength: 200 })
  readonly title!: string;

  @ApiProperty({ type: String, nullable: true, maxLength: 1000 })
  readonly description!: string | null;

  @ApiProperty()
  readonly completed!: boolean;

  @ApiProperty({ format: 'date-time', description: 'UTC, in milliseconds' })
  readonly created_at!: string;

  @ApiProperty({ format: 'date-time', description: 'Strictly greater after every change' })
  readonly updated_at!: string;

  static readonly example: TaskDto = {
    id: '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f',
    user_id: 'ada',
    title: 'Write the letter',
    description: 'To Charles, about the engine',
    completed: false,
    created_at: '2026-01-31T09:30:00.000Z',
    updated_at: '2026-01-31T09:30:00.000Z',
  };

  /** Copies what may be shown, field by field: a new column stays private until it is named here. */
  static from(this: void, task: TaskRow): TaskDto {
    return {
      id: task.id,
      user_id: task.user_id,
      title: task.title,
      description: task.description,
      completed: task.completed,
      created_at: task.created_at,
      updated_at: task.updated_at,
    };
  }
}
