import { TaskDto } from './task.dto.js';

/** The task of an earlier answer that is given again; to clients it looks the same. */
export class ReplayedTaskDto extends TaskDto {
  static of(first: TaskDto): ReplayedTaskDto {
    return Object.assign(new ReplayedTaskDto(), first);
  }
}
