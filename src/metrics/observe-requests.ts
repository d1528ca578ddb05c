import type { NextFunction, Request, Response } from 'express';
import type { PinoLogger } from '../logging/pino-logger.js';
import type { Metrics } from './metrics.js';

/** Logs and measures every request once, when its answer is done or the client has gone. */
export function observeRequests(logger: PinoLogger, metrics: Metrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const began = performance.now();
    metrics.inFlight += 1;
    response.once('close', () => {
      const durationMs = performance.now() - began;
      const { method, params } = request;
      const { statusCode: status } = response;
      const route = routeOf(request);
      metrics.inFlight -= 1;
      metrics.observe(method, route, status, durationMs / 1000);
      logger.request({
        method,
        route,
        status,
        durationMs: Math.round(durationMs * 1000) / 1000,
        requestId: response.getHeader('X-Request-Id'),
        userId: params.user_id,
        // The client has gone before it had its answer: no error of ours.
        aborted: response.writableFinished ? undefined : true,
      });
    });
    next();
  };
}

/** The address that a request matched, as the routes write it; undefined when it matched none. */
function routeOf(request: Request): string | undefined {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : undefined;
}
