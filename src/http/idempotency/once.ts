import { retryLostConnection } from '../../database/retry-lost-connection.js';
import type { Statement, Statements } from '../../database/statements/statements.js';
import { AppError } from '../../errors/app-error.js';
import { isRowLockTimeout } from '../../errors/sqlstates.js';
import { expiryAt } from './expiry.js';
import { digestOf } from './request-digest.js';

/** A request that its client may send again under the same key. */
export interface KeyedRequest {
  /** `Idempotency-Key`: for this user and this operation it stands for this request. */
  readonly key: string;
  readonly user_id: string;
  /** Which operation it asks for, as it is called for ever: a key of one is none of another. */
  readonly operation: string;
  /** What it asks for: its validated content without what is as by default, which may come to be more. */
  readonly content: object;
}

/**
 * Turns an insert into one that happens once for a key: the key is kept with its answer and the rows are
 * inserted, both or none. A key that is there waits until whoever wrote it has committed, and then returns
 * the answer of that time, unless it has expired. Run again after it was carried out, it changes nothing; to
 * violate any constraint but the primary key is still an error.
 *
 * @param insert ends before `FROM`: `INSERT INTO ... SELECT ...`, into a table with the key `(user_id, id)`
 */
export function once(insert: string): Statement {
  return {
    writes: true,
    text: `
    WITH kept AS (
      INSERT INTO idempotency_keys AS kept (user_id, operation, key, request, answer, created_at)
      VALUES (:user_id, :operation, :key, :request, CAST(:answer AS json), :now)
      ON CONFLICT ON CONSTRAINT idempotency_keys_pkey DO UPDATE SET
        request = CASE WHEN kept.created_at <= :expiry THEN excluded.request ELSE kept.request END,
        answer = CASE WHEN kept.created_at <= :expiry THEN excluded.answer ELSE kept.answer END,
        created_at = CASE WHEN kept.created_at <= :expiry THEN excluded.created_at ELSE kept.created_at END
      RETURNING kept.request, kept.answer, CAST(kept.answer AS text) = CAST(CAST(:answer AS json) AS text) AS first
    ), inserted AS (
      ${insert} FROM kept WHERE kept.first ON CONFLICT (user_id, id) DO NOTHING
    )
    SELECT request, answer, first FROM kept`,
  };
}

interface Kept<Answer> {
  /** SHA-256 of the first request's content; null where a version kept it that did not note it. */
  readonly request: Buffer | null;
  readonly answer: Answer;
  /** Whether this request is the first one. */
  readonly first: boolean;
}

/**
 * Runs a statement of `once`, unless its key was used before: then it returns the first answer, marked as
 * a replay.
 *
 * @param answer to the first request; no two are the same, since it has the id of what was made
 * @param values the parameters of the insert
 * @throws AppError `IDEMPOTENCY_KEY_REUSED` when the key was used for another request, and
 *   `IDEMPOTENCY_IN_PROGRESS` when the first one has not ended within the time a lock is waited for
 */
export async function runOnce<Answer extends object>(
  statements: Statements,
  statement: Statement,
  { content, ...request }: KeyedRequest,
  answer: Answer,
  values: object,
): Promise<Answer> {
  const now = new Date();
  const digest = digestOf(content);
  const all = {
    ...values,
    ...request,
    request: digest,
    answer: JSON.stringify(answer),
    now: now.toISOString(),
    expiry: expiryAt(now),
  };
  const [kept] = await retryLostConnection(() =>
    statements.run<Kept<Answer>>(statement, all),
  ).catch((error: unknown) => {
    throw isRowLockTimeout(error)
      ? new AppError('IDEMPOTENCY_IN_PROGRESS', { cause: error })
      : error;
  });
  if (!kept || kept.first) return answer;
  if (kept.request && !kept.request.equals(digest)) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  replays.add(kept.answer);
  return kept.answer;
}

const replays = new WeakSet();

/** Whether an answer is an earlier one that is given again. */
export function isReplay(answer: object): boolean {
  return replays.has(answer);
}
