import { PartialType } from '@nestjs/swagger';
import { NotEmpty } from '../../http/validation/not-empty.decorator.js';
import { CreateTaskDto } from './create-task.dto.js';

/**
 * The fields to change, at least one; an absent one keeps its value, and null clears the description
 * and nothing else.
 */
@NotEmpty()
export class UpdateTaskDto extends PartialType(CreateTaskDto, { skipNullProperties: false }) {}
