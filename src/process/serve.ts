import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createApplication } from '../application.js';
import type { Settings } from '../config/settings.js';
import { DatabaseStartup } from '../database/database-startup.js';
import { listen } from '../http/server/listen.js';
import { openPostgres } from '../database/postgres-server.js';
import type { PinoLogger } from '../logging/pino-logger.js';

/** The whole drain takes less; a process that hangs beyond it is of no use to anyone. Milliseconds. */
const LONGEST_STOP_MS = 9_500;
/** A database that is there is ready before the first request; one that is not keeps nobody waiting. */
const DATABASE_WAIT_MS = 1_000;

/**
 * Serves requests in this process until a signal, then finishes what was received and ends with 0. An
 * error that nobody caught leaves a state that nobody knows: it ends the same way, with 1.
 *
 * @throws StartupError when the database or the address cannot be had
 */
export async function serve(settings: Settings, lines: PinoLogger): Promise<void> {
  const logger = new Logger('Server');
  const postgres = await openPostgres(settings);
  const app = await createApplication(settings, postgres.url, lines);
  let stopping: Promise<void> | undefined;

  const stop = (exitCode: number): Promise<void> => {
    process.exitCode ??= exitCode;
    stopping ??= (async () => {
      setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
      await app.close();
      await postgres.stop();
      if (cluster.isWorker) process.disconnect();
    })();
    return stopping;
  };
  const fail = (error: unknown) => {
    logger.fatal(error);
    process.exitCode = 1;
    void stop(1);
  };

  process.on('uncaughtException', fail).on('unhandledRejection', fail);
  process.on('SIGTERM', () => void stop(0)).on('SIGINT', () => void stop(0));
  // A worker whose primary process has gone would serve on without anyone to stop it.
  process.on('disconnect', () => void stop(1));

  try {
    await Promise.race([app.get(DatabaseStartup).finished, sleep(DATABASE_WAIT_MS)]);
    const port = await listen(app.getHttpServer(), settings);
    logger.log(`Listening on http://${settings.HOST}:${port}, read more at /docs`);
  } catch (error) {
    await stop(1);
    throw error;
  }
}
