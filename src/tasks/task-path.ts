import { Text } from '../http/validation/text.decorator.js';
import { Uuid } from '../http/validation/uuid.decorator.js';
import { TaskDto } from './dto/task.dto.js';

/** Whose tasks a request is about: the path of a list. */
export class UserPath {
  @Text({
    min: 1,
    max: 255,
    notBlank: true,
    noControls: true,
    description: 'Whose tasks; compared exactly',
    example: TaskDto.example.user_id,
  })
  readonly user_id!: string;
}

/** Which task of which user a request is about: the path of one task. */
export class TaskPath extends UserPath {
  @Uuid({ description: 'Which task', example: TaskDto.example.id })
  readonly task_id!: string;
}
