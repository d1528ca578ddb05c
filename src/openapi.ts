import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { AppError } from './errors/app-error.js';
import { PageMeta } from './http/pages/page.js';

/** The OpenAPI document of the application's routes, as its decorators declare them. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Tasks API')
    .setDescription(
      'The tasks of many users. Every JSON answer comes in one of two envelopes: ' +
        '`{"success": true, "data", "message"}` or `{"success": false, "error": {"code", "message"}}`.',
    )
    .setVersion('1.0.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addTag('Tasks', 'What a user has to do')
    .addTag('Health', 'For load balancers and supervisors')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [PageMeta],
    operationIdFactory: (controller, method) =>
      `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
  // There is no authentication yet, and the document says so instead of leaving it open.
  return { ...document, security: [] };
}

/** Serves the document at `/openapi.json` and Swagger UI at `/docs`, where Swagger would have more addresses. */
export function serveOpenApi(app: INestApplication): void {
  app.use('/docs', ({ originalUrl }: Request, _response: Response, next: NextFunction) => {
    if (/^\/docs\/(index\.html|LICENSE)?(\?|$)/.test(originalUrl))
      throw new AppError('ROUTE_NOT_FOUND');
    next();
  });
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Tasks API',
  });
}
