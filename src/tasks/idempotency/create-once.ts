import { isDeepStrictEqual } from 'node:util';
import { QueryFailedError, type EntityManager } from 'typeorm';
import { retryLostConnection } from '../../database/retry-lost-connection.js';
import { AppError } from '../../http/errors/app-error.js';
import { ReplayedTaskDto } from '../dto/replayed-task.dto.js';
import { TaskDto } from '../dto/task.dto.js';
import type { Task } from '../task.entity.js';
import { expiryAt } from './expiry.js';

/**
 * Keeps the key with its answer and inserts the task, both or none. A key that is there waits until
 * whoever wrote it has committed, and then returns the answer of that time, unless it has expired. The
 * task comes as JSON, so that its columns need not be named; a repeated run finds it there.
 */
const STATEMENT = `
  WITH kept AS (
    INSERT INTO idempotency_keys AS kept (user_id, key, answer, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (user_id, key) DO UPDATE SET
      answer = CASE WHEN kept.created_at <= $5 THEN excluded.answer ELSE kept.answer END,
      created_at = CASE WHEN kept.created_at <= $5 THEN excluded.created_at ELSE kept.created_at END
    RETURNING kept.answer
  ), created AS (
    INSERT INTO tasks SELECT task.* FROM kept, json_populate_record(NULL::tasks, $6) AS task
    WHERE kept.answer ->> 'id' = CAST(task.id AS text)
    ON CONFLICT (id) DO NOTHING
  )
  SELECT answer FROM kept`;

/** SQLSTATE of lock_timeout. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Creates the task, unless its user has already created the same one with this key: then it returns
 * that one, as it was answered at the time.
 *
 * @throws AppError `IDEMPOTENCY_KEY_REUSED` when the key was used for another task, and
 *   `IDEMPOTENCY_IN_PROGRESS` when the first request has not ended within the time a lock is waited for
 */
export async function createOnce(
  manager: EntityManager,
  key: string,
  task: Task,
): Promise<TaskDto> {
  const wanted = TaskDto.from(task);
  const now = task.created_at;
  const [answer, row] = [JSON.stringify(wanted), JSON.stringify(task)];
  const values = [task.user_id, key, answer, now, expiryAt(now), row];
  const [kept] = await retryLostConnection(() =>
    manager.query<{ answer: TaskDto }[]>(STATEMENT, values),
  ).catch((error: unknown) => {
    throw isLockTimeout(error) ? new AppError('IDEMPOTENCY_IN_PROGRESS', { cause: error }) : error;
  });
  if (!kept || kept.answer.id === wanted.id) return wanted;
  if (!asksForTheSame(kept.answer, wanted)) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  return ReplayedTaskDto.of(kept.answer);
}

/** Two requests are the same if their validated content is, defaults included: all that the server did not make. */
function asksForTheSame(one: TaskDto, other: TaskDto): boolean {
  const { id, created_at, updated_at } = other;
  return isDeepStrictEqual({ ...one, id, created_at, updated_at }, other);
}

function isLockTimeout(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof Error && 'code' in cause && cause.code === LOCK_NOT_AVAILABLE;
}
