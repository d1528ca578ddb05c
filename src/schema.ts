import { CreateTasks1763700000000 } from '../migrations/1763700000000-create-tasks.js';
import { CreateRateLimits1763800000000 } from '../migrations/1763800000000-create-rate-limits.js';
import { IndexLists1763900000000 } from '../migrations/1763900000000-index-lists.js';
import { SearchTasks1763900001000 } from '../migrations/1763900001000-search-tasks.js';
import { CreateIdempotencyKeys1763900002000 } from '../migrations/1763900002000-create-idempotency-keys.js';
import { ScopeIdempotencyKeys1764000000000 } from '../migrations/1764000000000-scope-idempotency-keys.js';
import { KeyTasksByUser1764000001000 } from '../migrations/1764000001000-key-tasks-by-user.js';
import { RateLimit } from './http/rate-limit/rate-limit.entity.js';
import { IdempotencyKey } from './http/idempotency/idempotency-key.entity.js';
import { CursorSecret } from './http/pages/cursor-secret.entity.js';
import { Task } from './tasks/task.entity.js';

/** All that the database holds: every entity, and every migration that led there, oldest first. */
export const schema = {
  entities: [Task, CursorSecret, IdempotencyKey, RateLimit],
  migrations: [
    CreateTasks1763700000000,
    CreateRateLimits1763800000000,
    IndexLists1763900000000,
    SearchTasks1763900001000,
    CreateIdempotencyKeys1763900002000,
    ScopeIdempotencyKeys1764000000000,
    KeyTasksByUser1764000001000,
  ],
};
