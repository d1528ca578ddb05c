import { isIP } from 'node:net';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit } from 'express-rate-limit';
import { Settings } from '../../config/settings.js';
import { Statements } from '../../database/statements/statements.js';
import { AppError } from '../../errors/app-error.js';
import { runMiddleware } from '../server/run-middleware.js';
import { DatabaseStore } from './database-store.js';

/**
 * Holds users and client addresses to RATE_LIMIT requests a window. The answers say what is left, as
 * `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly limiters: readonly RequestHandler[];

  constructor(
    private readonly settings: Settings,
    private readonly statements: Statements,
  ) {
    this.limiters =
      settings.RATE_LIMIT === 0
        ? []
        : [
            this.limit('address', (request) => ipKeyGenerator(addressOf(request))),
            this.limit('user', ({ params }) => String(params.user_id)),
          ];
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { params } = context.switchToHttp().getRequest<Request>();
    return this.limiters.length === 0 || params.user_id === undefined || this.count(context);
  }

  private async count(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    for (const limiter of this.limiters) {
      await runMiddleware(limiter, http.getRequest<Request>(), http.getResponse<Response>());
    }
    return true;
  }

  private limit(name: string, keyOf: (request: Request) => string): RequestHandler {
    const { RATE_LIMIT, RATE_LIMIT_WINDOW_S, RATE_LIMIT_STORE } = this.settings;
    return rateLimit({
      identifier: name,
      limit: RATE_LIMIT,
      windowMs: RATE_LIMIT_WINDOW_S * 1000,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: (request) => `${name}:${keyOf(request)}`,
      store:
        RATE_LIMIT_STORE === 'database' ? new DatabaseStore(this.statements) : new MemoryStore(),
      handler: (_request: Request, _response: Response, next: NextFunction) => {
        next(new AppError('RATE_LIMITED'));
      },
    });
  }
}

/** The client's address; a proxy passes on whatever text a client has sent as one, which no store is to keep. */
function addressOf({ ip = '', socket }: Request): string {
  return isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip;
}
