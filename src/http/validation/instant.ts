const RFC_3339 =
  /^(\d{4}-\d\d-\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Reads an RFC 3339 date-time, section 5.6, without leap seconds. What is finer than a millisecond is
 * rounded up: of times that are whole milliseconds, as all that we store are, the same ones are before
 * the rounded moment as before the exact one.
 *
 * @returns undefined for anything else, impossible dates included
 */
export function instantOf(text: string): Date | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [, day = '', hour, minute, second, fraction = '', sign = '+', ahead = 0, minutes = 0] =
    match;
  const midnight = new Date(`${day}T00:00:00Z`);
  // Date takes the 30th of February for the 2nd of March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0')) + Number(/[1-9]/.test(fraction.slice(3)));
  const offset = Number(ahead) * HOUR_MS + Number(minutes) * MINUTE_MS;
  const local = Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS + Number(second) * 1000 + ms;
  return new Date(midnight.getTime() + local - Number(`${sign}${offset}`));
}
