/** What PostgreSQL and the network say when the connection went away under a statement. */
const LOST = /^(08\w{3}|57P0[1-5]|ECONNRESET|EPIPE|ECONNREFUSED)$/;
/** What PostgreSQL says when trying the very same again is the cure: serialization failure, deadlock. */
const CONFLICT = /^(40001|40P01)$/;
const LOST_WITHOUT_CODE = /Connection terminated unexpectedly|is not queryable/;

/** A connection that is lost later than this, in milliseconds, has used up its client's patience. */
const SOON_MS = 500;

/**
 * Runs a statement, and once more if its connection was soon lost or it lost against another one. Only for
 * statements that may run twice, because the first may have happened: reads, and writes that state the
 * outcome.
 */
export async function retryLostConnection<T>(run: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await run();
  } catch (error) {
    if (!isWorthRetrying(error, performance.now() - began < SOON_MS)) throw error;
    return run();
  }
}

function isWorthRetrying(error: unknown, soon: boolean): boolean {
  if (!(error instanceof Error)) return false;
  const cause = 'driverError' in error ? error.driverError : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  if (code !== undefined && CONFLICT.test(code)) return true;
  return soon && (code === undefined ? LOST_WITHOUT_CODE.test(error.message) : LOST.test(code));
}
