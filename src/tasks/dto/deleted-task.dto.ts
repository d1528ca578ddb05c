import { ApiProperty } from '@nestjs/swagger';
import { TaskDto } from './task.dto.js';

/** What is left of a deleted task. */
export class DeletedTaskDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  static readonly example: DeletedTaskDto = { id: TaskDto.example.id };
}
