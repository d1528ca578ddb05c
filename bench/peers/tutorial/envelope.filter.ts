import {
  Catch,
  HttpException,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Response } from 'express';
import { ValidationException } from './validation-error.js';

@Catch()
export class EnvelopeFilter implements ExceptionFilter {
  private readonly logger = new Logger(EnvelopeFilter.name);

  catch(exception: unknown, host: ArgumentsHost) {
    const status = exception instanceof HttpException ? exception.getStatus() : 500;
    if (status === 500) this.logger.error(exception);
    host
      .switchToHttp()
      .getResponse<Response>()
      .status(status)
      .json({ success: false, error: errorOf(exception, status) });
  }
}

function errorOf(exception: unknown, status: number) {
  if (exception instanceof ValidationException) {
    const message = 'The request has invalid values; see details';
    return { code: 'VALIDATION_ERROR', message, details: exception.details };
  }
  if (exception instanceof HttpException && exception.message === 'Task not found') {
    return { code: 'TASK_NOT_FOUND', message: exception.message };
  }
  switch (status) {
    case 400: {
      const message = 'The request body must be a JSON object in UTF-8, at most 32 levels deep';
      return { code: 'INVALID_JSON', message };
    }
    case 404:
      return { code: 'ROUTE_NOT_FOUND', message: 'There is nothing at this address' };
    case 413: {
      const message = 'The request body must be at most 102400 bytes, also after decompression';
      return { code: 'PAYLOAD_TOO_LARGE', message };
    }
    case 415: {
      const message =
        'The request body must be sent as application/json in UTF-8, plain or as gzip, deflate or br';
      return { code: 'UNSUPPORTED_MEDIA_TYPE', message };
    }
    default:
      return { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on our side' };
  }
}
