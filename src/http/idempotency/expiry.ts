const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Keys that were first used at this moment or before have expired. */
export function expiryAt(now: Date): Date {
  return new Date(now.getTime() - LIFETIME_MS);
}
