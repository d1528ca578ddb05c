import { fromHeaders } from '../validation/request-headers.js';
import { preconditionsOf } from './preconditions.js';

const example = '"2026-01-31T09:30:00.000Z"';

/** Gives a route the preconditions of its request: `@PreconditionHeaders() preconditions: Preconditions`. */
export const PreconditionHeaders = fromHeaders(
  preconditionsOf,
  {
    name: 'If-Match',
    description:
      'ETags, or `*`: 412 unless the current version has one of them. Weak ones never match. RFC 9110, 13.1.1',
    example,
  },
  {
    name: 'If-None-Match',
    description:
      'ETags, or `*`: if the current version has one of them, a GET is answered with 304 and no body, and any ' +
      'other method with 412. RFC 9110, 13.1.2',
    example,
  },
);
