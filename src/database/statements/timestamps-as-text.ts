import pg, { type CustomTypesConfig } from 'pg';

const { types } = pg;
const TIMESTAMPTZ: number = types.builtins.TIMESTAMPTZ;

/** PostgreSQL's own form of a timestamptz in UTC: `2026-01-31 09:30:00.12+00`. */
const UTC = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/;

/** How results are read: as pg does, except that a timestamptz becomes RFC 3339 text without a Date. */
export const timestampsAsText = {
  getTypeParser: (oid: number, format?: 'text') =>
    oid === TIMESTAMPTZ ? rfc3339 : (types.getTypeParser(oid, format) as (text: string) => unknown),
} as CustomTypesConfig;

/** A timestamptz in UTC with milliseconds, whatever the session's time zone is. RFC 3339, section 5.6. */
function rfc3339(text: string): string {
  const [, day, time, fraction = ''] = UTC.exec(text) ?? [];
  if (day === undefined || time === undefined) return parseDate(text).toISOString();
  return `${day}T${time}.${fraction.padEnd(3, '0')}Z`;
}

const parseDate = types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;
