import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Request, Response } from 'express';
import { failure } from './envelope.js';
import { AppError } from '../../errors/app-error.js';

/** Turns whatever was thrown into the one answer it has, and logs our own faults once, with the cause. */
@Catch()
export class AppExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger(AppExceptionFilter.name);

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const error = AppError.from(thrown);
    const requestId = response.get('X-Request-Id');
    if (error.code === 'SERVICE_UNAVAILABLE') {
      this.logger.warn({ msg: error.code, requestId, reason: String(error.cause) });
    } else if (error.status >= 500) {
      this.logger.error({ msg: error.code, requestId, err: error });
    }
    if (response.headersSent) {
      request.destroy();
      return;
    }
    response.set(error.headers);
    this.adapterHost.httpAdapter.reply(response, failure(error), error.status);
  }
}
