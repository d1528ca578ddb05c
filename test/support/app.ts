import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApplication } from '../../src/application.js';
import { settingsFrom } from '../../src/config/read-settings.js';
import { DatabaseStartup } from '../../src/database/database-startup.js';
import { PinoLogger } from '../../src/logging/pino-logger.js';
import { listen } from '../../src/http/server/listen.js';
import { createDatabase, type TestDatabase } from './database.js';
import { fastPaths } from './fast-paths.js';

export interface TestApp {
  readonly app: NestExpressApplication;
  readonly database: TestDatabase;
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The application that ships, on a new database and a port of its own. */
export async function startApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const database = await createDatabase();
  const running = await startAppOn(database, environment);
  return {
    ...running,
    close: async () => {
      await running.close();
      await database.drop();
    },
  };
}

/** One more instance of it, on a database that is there; closing leaves the database alone. */
export async function startAppOn(
  database: TestDatabase,
  environment: Record<string, string> = {},
): Promise<TestApp> {
  const settings = settingsFrom({
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...fastPaths,
    ...environment,
  });
  const app = await createApplication(settings, database.url, new PinoLogger(settings));
  await app.get(DatabaseStartup).finished;
  const port = await listen(app.getHttpServer(), settings);
  const url = `http://127.0.0.1:${port}`;
  return { app, database, port, url, close: () => app.close() };
}
