import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { Settings } from './config/settings.js';
import { HttpAdapter } from './http/server/http-adapter.js';
import type { PinoLogger } from './logging/pino-logger.js';
import { Metrics } from './metrics/metrics.js';
import { observeRequests } from './metrics/observe-requests.js';
import { serveOpenApi } from './openapi.js';

/** What a page of another origin may read of an answer, besides its body. */
const exposedHeaders = [
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'Retry-After',
  'X-Request-Id',
];

/** The application that ships, and that the tests test; it does not listen yet. */
export async function createApplication(
  settings: Settings,
  databaseUrl: string,
  logger: PinoLogger,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.for(settings, databaseUrl),
    new HttpAdapter(settings.TRUST_PROXY),
    { bodyParser: false, logger },
  );
  const metrics = app.get(Metrics);
  metrics.countDroppedLines(() => logger.droppedLines);
  app.use(observeRequests(logger, metrics));
  if (settings.CORS_ORIGINS !== undefined) {
    const origin = settings.CORS_ORIGINS.split(',').map((text) => text.trim());
    app.enableCors({ origin, exposedHeaders });
  }
  serveOpenApi(app);
  return app.init();
}
