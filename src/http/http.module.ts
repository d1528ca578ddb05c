import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { EnvelopeInterceptor } from './envelope/envelope.interceptor.js';
import { AppExceptionFilter } from './envelope/app-exception.filter.js';

/** What surrounds every request on its way out: the envelope, or the error in its place. */
@Module({
  providers: [
    { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
    { provide: APP_FILTER, useClass: AppExceptionFilter },
  ],
})
export class HttpModule {}
