import { HttpStatus } from '@nestjs/common';

interface ErrorRow {
  readonly status: HttpStatus | typeof REQUEST_HEADER_FIELDS_TOO_LARGE;
  readonly message: string;
  /** Seconds after which trying again makes sense: the Retry-After header. */
  readonly retryAfter?: number;
}

/** RFC 6585, section 5; Nest's HttpStatus lacks it. */
const REQUEST_HEADER_FIELDS_TOO_LARGE = 431;

/** Every error that a client can meet: one row each. Codes are permanent, messages may be reworded. */
export const errorCatalogue = {
  VALIDATION_ERROR: {
    status: HttpStatus.BAD_REQUEST,
    message: 'The request has invalid values; see details',
  },
  INVALID_JSON: {
    status: HttpStatus.BAD_REQUEST,
    message: 'The request body must be a JSON object in UTF-8, at most 32 levels deep',
  },
  BAD_REQUEST: {
    status: HttpStatus.BAD_REQUEST,
    message: 'The request could not be understood',
  },
  TASK_NOT_FOUND: {
    status: HttpStatus.NOT_FOUND,
    message: 'Task not found',
  },
  ROUTE_NOT_FOUND: {
    status: HttpStatus.NOT_FOUND,
    message: 'There is nothing at this address',
  },
  METHOD_NOT_ALLOWED: {
    status: HttpStatus.METHOD_NOT_ALLOWED,
    message: 'This address does not support the method; the Allow header lists those it does',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: HttpStatus.CONFLICT,
    message: 'The first request with this Idempotency-Key is still running',
    retryAfter: 1,
  },
  PRECONDITION_FAILED: {
    status: HttpStatus.PRECONDITION_FAILED,
    message:
      'The current version is not the one that If-Match or If-None-Match asks for; read it again',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: HttpStatus.UNPROCESSABLE_ENTITY,
    message: 'This Idempotency-Key was used for another request; use a new one',
  },
  REQUEST_TIMEOUT: {
    status: HttpStatus.REQUEST_TIMEOUT,
    message: 'The request did not arrive in time',
  },
  PAYLOAD_TOO_LARGE: {
    status: HttpStatus.PAYLOAD_TOO_LARGE,
    message: 'The request body must be at most 102400 bytes, also after decompression',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: HttpStatus.UNSUPPORTED_MEDIA_TYPE,
    message:
      'The request body must be sent as application/json in UTF-8, plain or as gzip, deflate or br',
  },
  EXPECTATION_FAILED: {
    status: HttpStatus.EXPECTATION_FAILED,
    message: 'The only expectation that can be met is 100-continue',
  },
  RATE_LIMITED: {
    status: HttpStatus.TOO_MANY_REQUESTS,
    message: 'Too many requests; the Retry-After header says when to come back',
  },
  HEADERS_TOO_LARGE: {
    status: REQUEST_HEADER_FIELDS_TOO_LARGE,
    message: 'The header section of the request is too large',
  },
  SERVICE_UNAVAILABLE: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    message: 'The service cannot answer at the moment; please try again',
    retryAfter: 1,
  },
  INTERNAL_SERVER_ERROR: {
    status: HttpStatus.INTERNAL_SERVER_ERROR,
    message: 'Something went wrong on our side',
  },
} as const satisfies Record<string, ErrorRow>;

/** The code of one row of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;
