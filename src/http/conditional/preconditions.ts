import type { IncomingHttpHeaders } from 'node:http';
import { AppError, type FaultDetail } from '../../errors/app-error.js';
import { entityTagsIn, type EntityTags } from './entity-tags.js';

/** What a request wants to be true before it is carried out; absent, anything is. */
export interface Preconditions {
  /** What the client read has to be current. RFC 9110, section 13.1.1. */
  readonly ifMatch?: EntityTags;
  /** What the client has must not be current. RFC 9110, section 13.1.2. */
  readonly ifNoneMatch?: EntityTags;
}

/** @throws AppError `VALIDATION_ERROR` for headers that are no lists of entity tags */
export function preconditionsOf(headers: IncomingHttpHeaders): Preconditions {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  const faults: FaultDetail[] = [];
  const read = (header: 'If-Match' | 'If-None-Match', value: string) => {
    const tags = entityTagsIn(header, value);
    const message = `${header} must be * or a list of ETags in double quotes`;
    if (!tags) faults.push({ field: header, message });
    return tags;
  };
  const preconditions = {
    ...(match !== undefined && { ifMatch: read('If-Match', match) }),
    ...(noneMatch !== undefined && { ifNoneMatch: read('If-None-Match', noneMatch) }),
  };
  if (faults.length > 0) throw AppError.validation(faults);
  return preconditions;
}

/** Whether there are any. */
export function isConditional({ ifMatch, ifNoneMatch }: Preconditions): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined;
}
