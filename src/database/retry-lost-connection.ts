/** What PostgreSQL and the network say when the connection went away under a statement. */
const LOST = /^(08\w{3}|57P0[123]|ECONNRESET|EPIPE|ECONNREFUSED)$/;
/** What PostgreSQL says when trying the very same again is the cure: serialization failure, deadlock. */
const CONFLICT = /^(40001|40P01)$/;
const LOST_WITHOUT_CODE = /Connection terminated unexpectedly|is not queryable/;

/**
 * Runs a statement, and once more if its connection was lost or it lost against another one. Only for
 * statements that may run twice, because the first may have happened: reads, and writes that state the
 * outcome.
 */
export async function retryLostConnection<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isWorthRetrying(error)) throw error;
    return run();
  }
}

function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cause = 'driverError' in error ? error.driverError : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code === undefined
    ? LOST_WITHOUT_CODE.test(error.message)
    : LOST.test(code) || CONFLICT.test(code);
}
