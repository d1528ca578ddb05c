import { Uuid } from '../http/validation/uuid.decorator.js';
import { UserPath } from '../users/user-path.js';
import { TaskDto } from './dto/task.dto.js';

/** Which task of which user a request is about. */
export class TaskPath extends UserPath {
  @Uuid({ description: 'Which task', example: TaskDto.example.id })
  readonly task_id!: string;
}
