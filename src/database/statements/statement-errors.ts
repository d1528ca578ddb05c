/** SQLSTATEs. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';
/**
 * A name is unknown to the session (26000) or known already (42P05), because a statement ahead of this one
 * could not be parsed; or a column's type has changed under the statement (0A000).
 */
const NAME_IS_OF_NO_USE = new Set(['26000', '42P05', '0A000']);

/** Whether pg's error says that a lock could not be had in time. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_NOT_AVAILABLE;
}

/** Whether a named statement did not even begin, and would succeed without its name. */
export function isNameOfNoUse(error: unknown): boolean {
  return NAME_IS_OF_NO_USE.has(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
