import cluster from 'node:cluster';
import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { openPostgres } from '../database/postgres-server.js';
import { answerWorkersMetrics } from '../metrics/all-processes.js';
import { keepWorker } from './keep-worker.js';
import { StopRequest } from './stop-request.js';

/**
 * Runs WEB_CONCURRENCY workers on one port and one database, replaces those that end, and ends when all
 * have finished after a signal: with 0, or with 1 when one had to be killed.
 *
 * @throws StartupError when the embedded PostgreSQL cannot be started
 */
export async function supervise(settings: Settings): Promise<void> {
  const stop = new StopRequest(new Logger('Supervisor'));
  const postgres = await openPostgres(settings);
  let served = false;
  cluster.once('listening', () => (served = true));
  answerWorkersMetrics();
  try {
    await Promise.all(
      Array.from({ length: settings.WEB_CONCURRENCY }, () =>
        keepWorker({ DATABASE_URL: postgres.url }, stop, () => served),
      ),
    );
  } finally {
    // Whoever comes here unasked has failed.
    stop.ask(1);
    await postgres.stop();
  }
}
