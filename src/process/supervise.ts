import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { openPostgres } from '../database/postgres-server.js';
import { answerWorkersMetrics } from '../metrics/all-processes.js';

/** Pause before a worker is replaced, so that one that cannot live does not eat the machine. */
const REPLACE_MS = 500;

/**
 * Runs WEB_CONCURRENCY workers on one port and one database, replaces those that crash, and ends when
 * all have finished after a signal.
 *
 * @throws StartupError when the embedded PostgreSQL cannot be started
 */
export async function supervise(settings: Settings): Promise<void> {
  const logger = new Logger('Supervisor');
  const postgres = await openPostgres(settings);
  const serving = new Set<Worker>();
  let stopping = false;
  answerWorkersMetrics();

  const fork = () => {
    const worker = cluster.fork({ DATABASE_URL: postgres.url });
    worker.once('listening', () => serving.add(worker));
    worker.once('exit', (code, signal) => {
      if (stopping) return;
      // One that never served has said why, and the next would fail in the same way.
      if (!serving.delete(worker)) {
        stop(1);
        return;
      }
      logger.error(`Worker ${String(worker.process.pid)} has ended (${signal || String(code)})`);
      setTimeout(() => {
        if (!stopping) fork();
      }, REPLACE_MS);
    });
  };
  const stop = (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    process.exitCode = exitCode;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    void Promise.all(
      workers.map(async (worker) => {
        worker.kill('SIGTERM');
        if (!worker.isDead()) await once(worker, 'exit');
      }),
    ).then(() => postgres.stop());
  };

  process
    .on('SIGTERM', () => {
      stop(0);
    })
    .on('SIGINT', () => {
      stop(0);
    });
  for (let count = 0; count < settings.WEB_CONCURRENCY; count += 1) fork();
}
