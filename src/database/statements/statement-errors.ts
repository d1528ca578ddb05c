import pg from 'pg';

/** SQLSTATEs. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';
const READ_ONLY_SQL_TRANSACTION = '25006';
const TOO_MANY_CONNECTIONS = '53300';
/**
 * A name is unknown to the session (26000) or known already (42P05), because a statement ahead of this one
 * could not be parsed; or a column's type has changed under the statement (0A000).
 */
const NAME_IS_OF_NO_USE = new Set(['26000', '42P05', '0A000']);
/** Connection exceptions, and the server's last words to a session: shutdown, database dropped, idle for too long. */
const SESSION_IS_OVER = /^(08\w{3}|57P0[1-5])$/;

/** Whether pg's error says that a lock could not be had in time. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_NOT_AVAILABLE;
}

/**
 * Whether the lock was on a row, which somebody else has written but not yet committed. Only then does
 * PostgreSQL add a context, in whichever language: one that waits for a table has not got as far as rows.
 */
export function isRowLockTimeout(error: unknown): boolean {
  return isLockTimeout(error) && error instanceof pg.DatabaseError && error.where !== undefined;
}

/** Whether a named statement did not even begin, and would succeed without its name. */
export function isNameOfNoUse(error: unknown): boolean {
  return NAME_IS_OF_NO_USE.has(codeOf(error));
}

/** Whether the session may only read: its server has become a standby, or its default was changed. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === READ_ONLY_SQL_TRANSACTION;
}

/** Whether the server let no further connection in. */
export function isTooManyConnections(error: unknown): boolean {
  return codeOf(error) === TOO_MANY_CONNECTIONS;
}

/** Whether the connection should not be used again. What has no SQLSTATE is the connection's own fault. */
export function isConnectionOfNoUse(error: unknown): boolean {
  return (
    !(error instanceof pg.DatabaseError) ||
    error.code === undefined ||
    SESSION_IS_OVER.test(error.code) ||
    isNameOfNoUse(error) ||
    isReadOnly(error)
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
