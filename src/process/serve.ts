import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createApplication } from '../application.js';
import type { Settings } from '../config/settings.js';
import { DatabaseStartup } from '../database/database-startup.js';
import { openPostgres } from '../database/postgres-server.js';
import { listen } from '../http/server/listen.js';
import type { PinoLogger } from '../logging/pino-logger.js';
import { LONGEST_STOP_MS, StopRequest } from './stop-request.js';

/** A database that is there is ready before the first request; one that is not keeps nobody waiting. */
const DATABASE_WAIT_MS = 1_000;
/** What is still open after the stop, in milliseconds, are connections whose other end says nothing. */
const LINGER_MS = 500;

/**
 * Serves requests in this process until a signal, then finishes what was received and ends with 0. An
 * error that nobody caught leaves a state that nobody knows: it ends the same way, with 1.
 *
 * @throws StartupError when the database or the address cannot be had
 */
export async function serve(settings: Settings, lines: PinoLogger): Promise<void> {
  const stop = new StopRequest(new Logger('Server'));
  // A worker whose primary process has gone would serve on without anyone to stop it.
  process.on('disconnect', () => {
    stop.ask(1);
  });

  const postgres = await openPostgres(settings);
  void stop.asked.then(() => {
    setTimeout(() => {
      postgres.stopSync();
      process.exit(1);
    }, LONGEST_STOP_MS).unref();
  });
  try {
    if (!stop.signal.aborted) await serveUntil(stop, settings, postgres.url, lines);
  } finally {
    stop.ask(1);
    await postgres.stop();
    if (process.connected) process.disconnect();
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

async function serveUntil(
  stop: StopRequest,
  settings: Settings,
  url: string,
  lines: PinoLogger,
): Promise<void> {
  const app = await createApplication(settings, url, lines);
  try {
    const patience = sleep(DATABASE_WAIT_MS, undefined, { ref: false });
    await Promise.race([app.get(DatabaseStartup).finished, patience, stop.asked]);
    if (stop.signal.aborted) return;
    const port = await listen(app.getHttpServer(), settings);
    new Logger('Server').log(`Listening on http://${settings.HOST}:${port}, read more at /docs`);
    await stop.asked;
  } finally {
    // Whoever comes here unasked has failed.
    stop.ask(1);
    await app.close();
  }
}
