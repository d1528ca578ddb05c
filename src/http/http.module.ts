import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { EnvelopeInterceptor } from './envelope/envelope.interceptor.js';
import { AppExceptionFilter } from './errors/app-exception.filter.js';
import { ValidationPipe } from './validation/validation.pipe.js';

/** What surrounds every request: validation on the way in, the envelope on the way out. */
@Module({
  providers: [
    { provide: APP_PIPE, useClass: ValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
    { provide: APP_FILTER, useClass: AppExceptionFilter },
  ],
})
export class HttpModule {}
