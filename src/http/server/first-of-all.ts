import type { NextFunction, Request, Response } from 'express';
import { AppError } from '../../errors/app-error.js';
import { requestIdOf } from './request-id.js';
import { securityHeaders } from './security-headers.js';
import { assertEncoding } from './strict-encoding.js';

/**
 * What every request meets first: the headers that every answer has, a path that can be decoded, and
 * the one rule of HTTP/1.1 that node:http would enforce outside of the envelope. RFC 9112, section 3.2.
 */
export function firstOfAll(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Request-Id', requestIdOf(request));
  for (const [name, value] of securityHeaders) response.setHeader(name, value);
  assertEncoding(request.path);
  if (request.headers.host === undefined && request.httpVersion === '1.1') {
    response.shouldKeepAlive = false;
    throw new AppError('BAD_REQUEST');
  }
  next();
}
