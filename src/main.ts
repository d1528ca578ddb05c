import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { readSettings } from './config/read-settings.js';
import { StartupError } from './config/startup-error.js';
import { openPostgres } from './database/postgres-server.js';
import { HttpAdapter } from './http/server/http-adapter.js';
import { listen } from './http/server/listen.js';
import { PinoLogger } from './logging/pino-logger.js';
import { serveOpenApi } from './openapi.js';

try {
  const settings = readSettings();
  const postgres = await openPostgres(settings);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.for(settings, postgres.url),
    new HttpAdapter(),
    {
      bodyParser: false,
      logger: new PinoLogger(settings),
    },
  );
  serveOpenApi(app);
  await app.init();
  const stop = async () => {
    await app.close();
    await postgres.stop();
  };
  await listen(app.getHttpServer(), settings).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  new Logger('Server').log(
    `Listening on http://${settings.HOST}:${settings.PORT}, read more at /docs`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
} catch (error) {
  console.error(error instanceof StartupError ? error.message : error);
  process.exitCode = 1;
}
