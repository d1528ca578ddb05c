import { isDeepStrictEqual } from 'node:util';
import { retryLostConnection } from '../../database/retry-lost-connection.js';
import { isRowLockTimeout } from '../../database/statements/statement-errors.js';
import type { Statement, Statements } from '../../database/statements/statements.js';
import { AppError } from '../../errors/app-error.js';
import { ReplayedTaskDto } from '../../tasks/dto/replayed-task.dto.js';
import { TaskDto } from '../../tasks/dto/task.dto.js';
import type { TaskRow } from '../../tasks/task-row.js';
import { expiryAt } from './expiry.js';

/**
 * Keeps the key with its answer and inserts the task, both or none. A key that is there waits until
 * whoever wrote it has committed, and then returns the answer of that time, unless it has expired. A repeated
 * run finds the task there. Columns and constraint are named, so that a newer version may add to both.
 */
const STATEMENT: Statement = {
  name: 'create once',
  writes: true,
  text: () => `
  WITH kept AS (
    INSERT INTO idempotency_keys AS kept (user_id, key, answer, created_at)
    VALUES (:user_id, :key, :answer, :now)
    ON CONFLICT ON CONSTRAINT idempotency_keys_pkey DO UPDATE SET
      answer = CASE WHEN kept.created_at <= :expiry THEN excluded.answer ELSE kept.answer END,
      created_at = CASE WHEN kept.created_at <= :expiry THEN excluded.created_at ELSE kept.created_at END
    RETURNING kept.answer
  ), created AS (
    INSERT INTO tasks (id, user_id, title, description, completed, created_at, updated_at)
    SELECT :id, :user_id, :title, :description, :completed, :now, :now FROM kept
    WHERE kept.answer ->> 'id' = CAST(CAST(:id AS uuid) AS text)
    ON CONFLICT DO NOTHING
  )
  SELECT answer FROM kept`,
};

/**
 * Creates the task, unless its user has already created the same one with this key: then it returns
 * that one, as it was answered at the time.
 *
 * @throws AppError `IDEMPOTENCY_KEY_REUSED` when the key was used for another task, and
 *   `IDEMPOTENCY_IN_PROGRESS` when the first request has not ended within the time a lock is waited for
 */
export async function createOnce(
  statements: Statements,
  key: string,
  task: TaskRow,
): Promise<TaskDto> {
  const wanted = TaskDto.from(task);
  const { created_at: now } = task;
  const values = {
    ...task,
    key,
    answer: JSON.stringify(wanted),
    now,
    expiry: expiryAt(new Date(now)),
  };
  const [kept] = await retryLostConnection(() =>
    statements.run<{ answer: TaskDto }>(STATEMENT, values),
  ).catch((error: unknown) => {
    throw isRowLockTimeout(error)
      ? new AppError('IDEMPOTENCY_IN_PROGRESS', { cause: error })
      : error;
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
