import { HttpStatus, type Type } from '@nestjs/common';
import { getSchemaPath, type ApiResponseOptions } from '@nestjs/swagger';
import { MAX_DETAILS } from '../../errors/app-error.js';
import { errorCatalogue, type ErrorCode } from '../../errors/error-catalogue.js';
import { PageMeta } from '../pages/page.js';
import type { ResponseHeader } from './response-header.js';

/** What any request can meet, whatever its route. */
export const everyRouteErrors = [
  'BAD_REQUEST',
  'REQUEST_TIMEOUT',
  'HEADERS_TOO_LARGE',
  'INTERNAL_SERVER_ERROR',
  'SERVICE_UNAVAILABLE',
] as const satisfies readonly ErrorCode[];

/** What a request with a JSON body can meet besides. */
export const bodyErrors = [
  'VALIDATION_ERROR',
  'INVALID_JSON',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const satisfies readonly ErrorCode[];

const requestIdHeader = {
  'X-Request-Id': {
    description: "The client's own request id, or one that the server made",
    schema: { type: 'string', example: '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f' },
  },
} as const;

interface SuccessOptions {
  readonly type: Type & { readonly example: unknown };
  /** What `data` is: one of the type, an array of them, or those of a page. */
  readonly shape: 'one' | 'array' | 'page';
  readonly message: string;
  readonly headers: readonly ResponseHeader[];
}

/** The OpenAPI response of a success: the schema and an example, both in their envelope. */
export function successResponse({ type, shape, message, headers }: SuccessOptions) {
  const item = { $ref: getSchemaPath(type) };
  const [data, dataExample] =
    shape === 'one' ? [item, type.example] : [{ type: 'array', items: item }, [type.example]];
  const isPage = shape === 'page';
  return {
    description: message,
    headers: { ...requestIdHeader, ...documentedHeaders(headers) },
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['success', 'data', 'message', ...(isPage ? ['meta'] : [])],
          additionalProperties: false,
          properties: {
            success: { type: 'boolean', enum: [true] },
            data,
            message: { type: 'string', example: message },
            ...(isPage && { meta: { $ref: getSchemaPath(PageMeta) } }),
          },
        },
        example: {
          success: true,
          data: dataExample,
          message,
          ...(isPage && { meta: { limit: 50, has_more: false, next_cursor: null } }),
        },
      },
    },
  } satisfies ApiResponseOptions;
}

/** The OpenAPI response of 304: the headers of the success and no body. RFC 9110, section 15.4.5. */
export function notModifiedResponse(headers: readonly ResponseHeader[]): ApiResponseOptions {
  return {
    status: HttpStatus.NOT_MODIFIED,
    description: 'What the client has is current; no body',
    headers: { ...requestIdHeader, ...documentedHeaders(headers) },
  };
}

function documentedHeaders(headers: readonly ResponseHeader[]) {
  return Object.fromEntries(
    headers.map(({ name, description, example }) => [
      name,
      { description, schema: { type: 'string', example } },
    ]),
  );
}

/** The OpenAPI responses of the given errors: one a status, an example for every code. */
export function failureResponses(codes: readonly ErrorCode[]): ApiResponseOptions[] {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = errorCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].map(([status, codes]) => failureResponse(status, codes));
}

function failureResponse(status: number, codes: readonly ErrorCode[]): ApiResponseOptions {
  return {
    status,
    description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].message}`).join('; '),
    headers: requestIdHeader,
    content: {
      'application/json': {
        schema: failureSchema(codes),
        examples: Object.fromEntries(codes.map((code) => [code, { value: failureExample(code) }])),
      },
    },
  };
}

function failureSchema(codes: readonly ErrorCode[]) {
  return {
    type: 'object',
    required: ['success', 'error'],
    additionalProperties: false,
    properties: {
      success: { type: 'boolean', enum: [false] },
      error: {
        type: 'object',
        required: ['code', 'message'],
        additionalProperties: false,
        properties: {
          code: { type: 'string', enum: [...codes] },
          message: { type: 'string' },
          ...(codes.includes('VALIDATION_ERROR') && { details: detailsSchema }),
        },
      },
    },
  };
}

const detailsSchema = {
  type: 'array',
  maxItems: MAX_DETAILS,
  description:
    'Every fault of the request, on `VALIDATION_ERROR` only. Where there are more, the last one says how many',
  items: {
    type: 'object',
    required: ['field', 'message'],
    additionalProperties: false,
    properties: { field: { type: 'string' }, message: { type: 'string' } },
  },
};

function failureExample(code: ErrorCode) {
  const { message } = errorCatalogue[code];
  const details = [{ field: 'colour', message: 'this field is not known here' }];
  return {
    success: false,
    error: { code, message, ...(code === 'VALIDATION_ERROR' && { details }) },
  };
}
