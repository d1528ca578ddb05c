import type { NextFunction, Request, Response } from 'express';
import type { PinoLogger } from './pino-logger.js';

/** The address that a request matched, as the routes write it; undefined when it matched none. */
export function routeOf(request: Request): string | undefined {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : undefined;
}

/** Logs one line for every request, when its answer is done or the client has gone. */
export function requestLog(logger: PinoLogger) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const began = performance.now();
    response.once('close', () => {
      logger.request({
        method: request.method,
        route: routeOf(request),
        status: response.statusCode,
        durationMs: Math.round((performance.now() - began) * 1000) / 1000,
        requestId: response.getHeader('X-Request-Id'),
        userId: request.params.user_id,
        // The client has gone before it had its answer: no error of ours.
        ...(!response.writableFinished && { aborted: true }),
      });
    });
    next();
  };
}
