import type { IncomingHttpHeaders } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader, type ApiHeaderOptions } from '@nestjs/swagger';
import type { Request } from 'express';
import { declareInputs } from './inputs.js';

/**
 * Makes a parameter decorator that gives what `read` makes of the request's headers, and that documents
 * those headers on the route.
 *
 * @param read throws AppError `VALIDATION_ERROR` for a header that breaks its rules
 */
export function fromHeaders<T>(
  read: (headers: IncomingHttpHeaders) => T,
  ...documented: readonly ApiHeaderOptions[]
): () => ParameterDecorator {
  return createParamDecorator(
    (_: unknown, context: ExecutionContext) =>
      read(context.switchToHttp().getRequest<Request>().headers),
    [
      (target, method) => method !== undefined && declareInputs(target, method).headers.push(read),
      ...documented.map((header) => documentOn(ApiHeader({ required: false, ...header }))),
    ],
  );
}

/** Applies a decorator of methods to the method of a parameter. */
function documentOn(decorator: MethodDecorator): ParameterDecorator {
  return (target, method = '') => {
    const descriptor = Object.getOwnPropertyDescriptor(target, method);
    if (descriptor) decorator(target, method, descriptor);
  };
}
