import { CreateTasks1763700000000 } from '../migrations/1763700000000-create-tasks.js';
import { CreateRateLimits1763800000000 } from '../migrations/1763800000000-create-rate-limits.js';
import { RateLimit } from './rate-limit/rate-limit.entity.js';
import { Task } from './tasks/task.entity.js';

/** All that the database holds: every entity, and every migration that led there, oldest first. */
export const schema = {
  entities: [Task, RateLimit],
  migrations: [CreateTasks1763700000000, CreateRateLimits1763800000000],
};
