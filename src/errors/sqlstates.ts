/**
 * SQLSTATEs and classes of them that say "not now": the statement may succeed later, unchanged.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const unavailableStates = [
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
];

const unavailableSystemErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What TypeORM throws before it has connected, and after it has disconnected. */
const unavailableTypeOrmErrors = new Set([
  'EntityMetadataNotFoundError',
  'CannotExecuteNotConnectedError',
  'QueryRunnerAlreadyReleasedError',
]);

/** What pg says without a code. */
const unavailableMessages =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|Query read timeout|received invalid response|^Received unexpected \w+ message/;

/**
 * Whether an error means that the database cannot be reached, is overloaded or timed out. Errors of
 * the connect phase come from pg as they are, those of a statement wrapped by TypeORM as `driverError`.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('driverError' in error) return isDatabaseUnavailable(error.driverError);
  if (unavailableTypeOrmErrors.has(error.name)) return true;
  if ('code' in error && typeof error.code === 'string') {
    const { code } = error;
    return unavailableSystemErrors.has(code) || unavailableStates.some((state) => state.test(code));
  }
  return unavailableMessages.test(error.message);
}
