import { isConflict, isConnectionLost } from '../errors/sqlstates.js';

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
    const isSoon = performance.now() - began < SOON_MS;
    if (!isConflict(error) && !(isSoon && isConnectionLost(error))) throw error;
    return run();
  }
}
