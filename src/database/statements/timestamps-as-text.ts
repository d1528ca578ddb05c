import pg, { type CustomTypesConfig } from 'pg';

const { types } = pg;
const TIMESTAMPTZ: number = types.builtins.TIMESTAMPTZ;

/** How results are read: as pg does, except that a timestamptz becomes RFC 3339 text without a Date. */
export const timestampsAsText = {
  getTypeParser: (oid: number, format?: 'text') =>
    oid === TIMESTAMPTZ ? rfc3339 : (types.getTypeParser(oid, format) as (text: string) => unknown),
} as CustomTypesConfig;

/**
 * A timestamptz in UTC with milliseconds. RFC 3339, section 5.6. PostgreSQL's own form of it, where the
 * session's time zone is UTC, is `2026-01-31 09:30:00.12+00`.
 */
function rfc3339(text: string): string {
  const fraction = text.slice(20, -3);
  if (text[10] !== ' ' || fraction.length > 3 || !text.endsWith('+00')) {
    return parseDate(text).toISOString();
  }
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`;
}

const parseDate = types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;
