import type { Request, RequestHandler, Response } from 'express';

/** Runs Express middleware where Nest knows the route; rejects with what it gives to `next`. */
export function runMiddleware(
  middleware: RequestHandler,
  request: Request,
  response: Response,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (error?: Error | 'route' | 'router') => {
      if (error instanceof Error) reject(error);
      else resolve();
    };
    void Promise.resolve(middleware(request, response, next)).catch(reject);
  });
}
