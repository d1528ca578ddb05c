import { Flag } from '../../http/validation/flag.decorator.js';
import { Text } from '../../http/validation/text.decorator.js';

/** The fields of a new task; everything else is made by the server. */
export class CreateTaskDto {
  @Text({
    min: 1,
    max: 200,
    trim: true,
    description: 'Stored without white space around it',
    example: 'Write the letter',
  })
  readonly title!: string;

  @Text({
    max: 1000,
    nullable: true,
    optional: true,
    description: 'Kept as it is; null or absent means none',
    example: 'To Charles, about the engine',
  })
  readonly description?: string | null;

  @Flag({ description: 'Whether the task is done; a new one is not, unless said', example: false })
  readonly completed?: boolean;
}
