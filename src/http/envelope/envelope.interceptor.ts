import {
  HttpStatus,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';
import { isNotModified } from '../conditional/is-not-modified.js';
import { success } from './envelope.js';
import { RETURNED, type Returned } from './returns.decorator.js';

/** Puts what a controller returns into the envelope, with the message and headers of its `@Returns`. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const returned = this.reflector.get<Returned | undefined>(RETURNED, context.getHandler());
    // Metrics are Prometheus text, the one thing a controller serves without an envelope.
    if (!returned) return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    return next.handle().pipe(
      map((result: unknown) => {
        for (const header of returned.headers) {
          const value = header.value(result, request);
          if (value !== undefined) response.set(header.name, value);
        }
        if (returned.conditional && isNotModified(request, response)) {
          response.status(HttpStatus.NOT_MODIFIED);
          return undefined;
        }
        return success(result, returned.message);
      }),
    );
  }
}
