import { CreateTasks1763700000000 } from '../../migrations/1763700000000-create-tasks.js';
import { Task } from '../tasks/task.entity.js';

/** All that the database holds: every entity, and every migration that led there, oldest first. */
export const schema = {
  entities: [Task],
  migrations: [CreateTasks1763700000000],
};
