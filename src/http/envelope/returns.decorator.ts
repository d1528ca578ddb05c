import { applyDecorators, HttpCode, HttpStatus, SetMetadata, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '../../errors/error-catalogue.js';
import type { Page } from '../pages/page.js';
import {
  everyRouteErrors,
  failureResponses,
  notModifiedResponse,
  successResponse,
} from './envelope.openapi.js';
import type { ResponseHeader } from './response-header.js';

/** A DTO class that shows what it looks like. */
export type DocumentedType<T> = Type<T> & { readonly example: T };

interface ReturnsOptions {
  /** Default 200. */
  readonly status?: HttpStatus;
  readonly message: string;
  readonly errors?: readonly ErrorCode[];
  /** Response headers that are made from the result. */
  readonly headers?: readonly ResponseHeader[];
  /** The route returns a `Page` of the type. */
  readonly paged?: boolean;
  /** `If-None-Match` with the result's ETag, one of the headers, is answered with 304. */
  readonly conditional?: boolean;
}

/** What the envelope interceptor needs to know of a route. */
export interface Returned {
  readonly message: string;
  readonly headers: readonly ResponseHeader[];
  readonly conditional: boolean;
}

export const RETURNED = Symbol('what a route returns');

/** Decorates methods that return this, or a promise of it, and no others. */
type MethodReturning<Result> = <Method extends (...args: never[]) => Result | Promise<Result>>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Says once what a route returns: status, message, schema, headers and the errors it can give. The
 * envelope interceptor and the OpenAPI document both read it here, so they cannot drift apart; and the
 * compiler holds the method against it: `@Returns(TagDto)` is one, `@Returns([TagDto])` an array, and
 * `@Returns(TagDto, { paged: true })` a page of them.
 */
export function Returns<T>(
  type: DocumentedType<T>,
  options: ReturnsOptions & { readonly paged: true },
): MethodReturning<Page<T>>;
export function Returns<T>(
  type: readonly [DocumentedType<T>],
  options: ReturnsOptions & { readonly paged?: false },
): MethodReturning<readonly T[]>;
export function Returns<T>(
  type: DocumentedType<T>,
  options: ReturnsOptions & { readonly paged?: false },
): MethodReturning<T>;
export function Returns<T>(
  type: DocumentedType<T> | readonly [DocumentedType<T>],
  {
    status = HttpStatus.OK,
    message,
    errors = [],
    headers = [],
    paged = false,
    conditional = false,
  }: ReturnsOptions,
): MethodDecorator {
  const [item, isArray] = 'example' in type ? [type, false] : [type[0], true];
  const shape = paged ? 'page' : isArray ? 'array' : 'one';
  return applyDecorators(
    SetMetadata(RETURNED, { message, headers, conditional } satisfies Returned),
    HttpCode(status),
    ApiExtraModels(item),
    ApiResponse({ status, ...successResponse({ type: item, shape, message, headers }) }),
    ...(conditional ? [ApiResponse(notModifiedResponse(headers))] : []),
    ...failureResponses([...errors, ...everyRouteErrors]).map((response) => ApiResponse(response)),
  );
}
