import type { NextFunction, Request, Response } from 'express';
import { requestIdOf } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** What every request meets first: the headers that every answer has. */
export function firstOfAll(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Request-Id', requestIdOf(request));
  for (const [name, value] of securityHeaders) response.setHeader(name, value);
  next();
}
