// The same API as Nest's and TypeORM's own guides put it together, with every part they suggest:
// ValidationPipe with class-transformer, an interceptor for the envelope, an exception filter, and a
// repository's find, save and remove. It answers the same bodies; it neither sets the headers
// (X-Request-Id, Location, Link) nor seals the cursors that the other servers also pay for.
import 'reflect-metadata';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { EnvelopeFilter } from './envelope.filter.js';
import { EnvelopeInterceptor } from './envelope.interceptor.js';
import { requireJson } from './require-json.middleware.js';
import { validationError } from './validation-error.js';

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  bodyParser: false,
  logger: ['error', 'warn'],
});
app.useBodyParser('json');
app.use(requireJson);
app.useGlobalPipes(
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    stopAtFirstError: true,
    exceptionFactory: (errors: ValidationError[]) => validationError(errors),
  }),
);
app.useGlobalInterceptors(new EnvelopeInterceptor());
app.useGlobalFilters(new EnvelopeFilter());
await app.listen(Number(process.env.PORT), '127.0.0.1');
