import { isDeepStrictEqual } from 'node:util';
import { retryLostConnection } from '../../database/retry-lost-connection.js';
import { isRowLockTimeout } from '../../database/statements/statement-errors.js';
import type { Statement, Statements } from '../../database/statements/statements.js';
import { AppError } from '../../http/errors/app-error.js';
import { ReplayedTaskDto } from '../dto/replayed-task.dto.js';
import { TaskDto } from '../dto/task.dto.js';
import type { TaskRow } from '../task-row.js';
import { expiryAt } from './expiry.js';

/**
 * Keeps the key with its answer and inserts the task, both or none. A key that is there waits until
 * whoever wrote it has committed, and then returns the answer of that time, unless it has expired. The
 * task comes as JSON, so that its columns need not be named; a repeated run finds it there.
 */
const STATEMENT: Statement = {
  name: 'create once',
  writes: true,
  text: () => `
  WITH kept AS (
    INSERT INTO idempotency_keys AS kept (user_id, key, answer, created_at)
    VALUES (:user_id, :key, :answer, :now)
    ON CONFLICT (user_id, key) DO UPDATE SET
      answer = CASE WHEN kept.created_at <= :expiry THEN excluded.answer ELSE kept.answer END,
      created_at = CASE WHEN kept.created_at <= :expiry THEN excluded.created_at ELSE kept.created_at END
    RETURNING kept.answer
  ), created AS (
    INSERT INTO tasks SELECT task.* FROM kept, json_populate_record(NULL::tasks, :task) AS task
    WHERE kept.answer ->> 'id' = CAST(task.id AS text)
    ON CONFLICT (id) DO NOTHING
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
  const { user_id, created_at: now } = task;
  const [answer, row] = [JSON.stringify(wanted), JSON.stringify(task)];
  const values = { user_id, key, answer, now, expiry: expiryAt(new Date(now)), task: row };
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
