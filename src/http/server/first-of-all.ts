import type { NextFunction, Request, Response } from 'express';
import { AppError } from '../../errors/app-error.js';
import { requestIdOf } from './request-id.js';
import { securityHeaders } from './security-headers.js';
import { assertEncoding } from './strict-encoding.js';

/**
 * What every request meets first: the headers that every answer has, a path that can be decoded, and
 * the rule about `Host`, which node:http would enforce outside of the envelope, and only half of it.
 */
export function firstOfAll(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Request-Id', requestIdOf(request));
  for (const [name, value] of securityHeaders) response.setHeader(name, value);
  assertEncoding(request.path);
  if (!hasOneHost(request)) {
    response.shouldKeepAlive = false;
    throw new AppError('BAD_REQUEST');
  }
  next();
}

/**
 * Whether there is one `Host`, or none before HTTP/1.1. node:http keeps the first of two, where a proxy may
 * have gone by the other. RFC 9112, section 3.2.
 */
function hasOneHost({ rawHeaders, httpVersion }: Request): boolean {
  const isHost = (text: string, at: number) => at % 2 === 0 && /^host$/i.test(text);
  const hosts = rawHeaders.filter(isHost).length;
  return hosts === 1 || (hosts === 0 && httpVersion !== '1.1');
}
