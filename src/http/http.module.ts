import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppExceptionFilter } from './envelope/app-exception.filter.js';
import { EnvelopeInterceptor } from './envelope/envelope.interceptor.js';
import { ExpiredKeysService } from './idempotency/expired-keys.service.js';
import { IdempotencyKey } from './idempotency/idempotency-key.entity.js';
import { Pages } from './pages/pages.service.js';

/** What surrounds every request, and what features have in common: pages of lists, keyed requests. */
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyKey])],
  providers: [
    Pages,
    ExpiredKeysService,
    { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
    { provide: APP_FILTER, useClass: AppExceptionFilter },
  ],
  exports: [Pages],
})
export class HttpModule {}
