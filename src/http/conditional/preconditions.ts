import type { IncomingHttpHeaders } from 'node:http';
import { readEntityTags, type EntityTags } from './entity-tags.js';

/** What a request wants to be true before it is carried out; absent, anything is. */
export interface Preconditions {
  /** What the client read has to be current. RFC 9110, section 13.1.1. */
  readonly ifMatch?: EntityTags;
  /** What the client has must not be current. RFC 9110, section 13.1.2. */
  readonly ifNoneMatch?: EntityTags;
}

/** @throws AppError `VALIDATION_ERROR` for a header that is no list of entity tags */
export function preconditionsOf(headers: IncomingHttpHeaders): Preconditions {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  return {
    ...(match !== undefined && { ifMatch: readEntityTags('If-Match', match) }),
    ...(noneMatch !== undefined && { ifNoneMatch: readEntityTags('If-None-Match', noneMatch) }),
  };
}

/** Whether there are any. */
export function isConditional({ ifMatch, ifNoneMatch }: Preconditions): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined;
}
