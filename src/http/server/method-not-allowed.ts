import type { Express, NextFunction, Request, Response } from 'express';
import { AppError } from '../../errors/app-error.js';

/**
 * Answers requests that matched no route although their address exists: OPTIONS with what it allows,
 * every other method with 405. RFC 9110, sections 9.3.7 and 15.5.6.
 */
export function methodNotAllowed(app: Express) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const allowed = allowedMethods(app, request.path);
    if (allowed.length === 0) {
      next();
      return;
    }
    const Allow = [...allowed, 'OPTIONS'].join(', ');
    if (request.method === 'OPTIONS') response.status(204).set({ Allow }).end();
    else throw new AppError('METHOD_NOT_ALLOWED', { headers: { Allow } });
  };
}

/** What Express keeps of a route. Its type declarations show less than there is. */
interface RouteLayer {
  match(path: string): unknown;
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
}

function allowedMethods(app: Express, path: string): string[] {
  const methods = (app.router.stack as unknown as RouteLayer[])
    .flatMap((layer) => (layer.route && layer.match(path) ? Object.keys(layer.route.methods) : []))
    .map((method) => method.toUpperCase());
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}
