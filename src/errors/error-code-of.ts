import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable, violatedConstraint } from './sqlstates.js';
import { codeOfViolation } from './violations.js';
import type { ErrorCode } from './error-catalogue.js';

/** The `type` of the errors that body-parser gives to `next`. */
const bodyParserErrors: Readonly<Record<string, ErrorCode>> = {
  'entity.parse.failed': 'INVALID_JSON',
  'entity.verify.failed': 'INVALID_JSON',
  'entity.too.large': 'PAYLOAD_TOO_LARGE',
  'encoding.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
  'charset.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
};

/** HTTP statuses that Nest and Express throw by themselves. */
const statusErrors: Readonly<Record<number, ErrorCode>> = {
  404: 'ROUTE_NOT_FOUND',
  503: 'SERVICE_UNAVAILABLE',
};

/** The code of the catalogue for anything that others threw. */
export function errorCodeOf(thrown: unknown): ErrorCode {
  if (isDatabaseUnavailable(thrown)) return 'SERVICE_UNAVAILABLE';
  const constraint = violatedConstraint(thrown);
  if (constraint !== undefined) return codeOfViolation(constraint) ?? 'INTERNAL_SERVER_ERROR';
  const type = propertyOf(thrown, 'type');
  if (typeof type === 'string' && Object.hasOwn(bodyParserErrors, type)) {
    return bodyParserErrors[type] ?? 'BAD_REQUEST';
  }
  const status =
    thrown instanceof HttpException ? thrown.getStatus() : propertyOf(thrown, 'status');
  if (typeof status !== 'number') return 'INTERNAL_SERVER_ERROR';
  return statusErrors[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
}

function propertyOf(thrown: unknown, name: string): unknown {
  return typeof thrown === 'object' && thrown !== null && name in thrown
    ? (thrown as Record<string, unknown>)[name]
    : undefined;
}
