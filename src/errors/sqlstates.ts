import pg from 'pg';

/**
 * What the errors of PostgreSQL and of the way to it mean here: all SQLSTATEs that anyone asks about.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const states = {
  /** Classes and codes that say "not now": the statement may succeed later, unchanged. */
  unavailable: [
    /^08/, // connection exception
    /^28/, // invalid authorization: the password was changed
    /^3D000$/, // no such database: it is being restored, say
    /^42P01$/, // undefined table: the migrations are still to be run
    /^53/, // insufficient resources: connections, memory, disk
    /^57P0[1-5]$/, // admin shutdown, crash shutdown, cannot connect now, database dropped, idle session
    /^57014$/, // query canceled: statement_timeout
    /^55000$/, // not accepting connections
    /^55P03$/, // lock not available: lock_timeout
    /^25006$/, // read-only transaction: the server has become a standby, say
    /^25P0[34]$/, // idle in transaction or transaction timeout
    /^40(001|P01)$/, // serialization failure, deadlock
  ],
  /** The session is over: connection exceptions, and the server's last words to it. */
  sessionIsOver: [/^08/, /^57P0[1-5]$/],
  /** The very same statement may succeed at once: serialization failure, deadlock. */
  conflict: [/^40(001|P01)$/],
  /**
   * The name of a prepared statement is unknown to the session or known already, because a statement ahead of
   * this one could not be parsed; or a column's type has changed under the statement.
   */
  nameIsOfNoUse: [/^26000$/, /^42P05$/, /^0A000$/],
  lockNotAvailable: [/^55P03$/],
  readOnly: [/^25006$/],
  tooManyConnections: [/^53300$/],
  integrityConstraintViolation: [/^23/],
} as const;

const unreachable = /^(ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
const cutOff = /^(ECONNREFUSED|ECONNRESET|EPIPE)$/;

/** What TypeORM throws before it has connected, and after it has disconnected. */
const notConnected =
  /^(EntityMetadataNotFound|CannotExecuteNotConnected|QueryRunnerAlreadyReleased)Error$/;

/** What pg says without a code. */
const connectionLost = /Connection terminated unexpectedly|is not queryable/;
const noAnswer =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|Query read timeout|received invalid response|^Received unexpected \w+ message/;

/** Whether an error means that the database cannot be reached, is overloaded or timed out. */
export function isDatabaseUnavailable(thrown: unknown): boolean {
  const error = databaseErrorOf(thrown);
  if (!error) return false;
  const code = codeOf(error);
  if (code === undefined) return notConnected.test(error.name) || noAnswer.test(error.message);
  return unreachable.test(code) || cutOff.test(code) || is('unavailable', error);
}

/** Whether the connection went away under the statement, which may have been carried out. */
export function isConnectionLost(thrown: unknown): boolean {
  const error = databaseErrorOf(thrown);
  if (!error) return false;
  const code = codeOf(error);
  if (code === undefined) return connectionLost.test(error.message);
  return cutOff.test(code) || is('sessionIsOver', error);
}

/** Whether the connection should not be used again. What has no SQLSTATE is the connection's own fault. */
export function isConnectionOfNoUse(error: unknown): boolean {
  return (
    !(error instanceof pg.DatabaseError) ||
    error.code === undefined ||
    is('sessionIsOver', error) ||
    is('nameIsOfNoUse', error) ||
    is('readOnly', error)
  );
}

/** Whether it lost against another transaction, which the same statement need not do again. */
export const isConflict = (error: unknown) => is('conflict', error);

/** Whether a statement was refused for its name, before it began, and would succeed without. */
export const isNameOfNoUse = (error: unknown) => is('nameIsOfNoUse', error);

/** Whether the session may only read: its server has become a standby, or its default was changed. */
export const isReadOnly = (error: unknown) => is('readOnly', error);

/** Whether the server let no further connection in. */
export const isTooManyConnections = (error: unknown) => is('tooManyConnections', error);

/** Whether a lock could not be had in time. */
export const isLockTimeout = (error: unknown) => is('lockNotAvailable', error);

/**
 * Whether that lock was on a row, which somebody else has written but not yet committed. Only then does
 * PostgreSQL add a context, in whichever language: one that waits for a table has not got as far as rows.
 */
export function isRowLockTimeout(error: unknown): boolean {
  return isLockTimeout(error) && error instanceof pg.DatabaseError && error.where !== undefined;
}

/** The name of the constraint that a statement violated. */
export function violatedConstraint(thrown: unknown): string | undefined {
  const error = databaseErrorOf(thrown);
  return error instanceof pg.DatabaseError && is('integrityConstraintViolation', error)
    ? error.constraint
    : undefined;
}

function is(meaning: keyof typeof states, thrown: unknown): boolean {
  const code = codeOf(databaseErrorOf(thrown));
  return code !== undefined && states[meaning].some((state) => state.test(code));
}

/** Errors of the connect phase come from pg as they are, those of TypeORM's statements as `driverError`. */
function databaseErrorOf(thrown: unknown): Error | undefined {
  if (!(thrown instanceof Error)) return undefined;
  return 'driverError' in thrown ? databaseErrorOf(thrown.driverError) : thrown;
}

function codeOf(error: Error | undefined): string | undefined {
  return error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
