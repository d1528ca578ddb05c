import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { LONGEST_STOP_MS, type StopRequest } from './stop-request.js';

/** Pause before a worker is replaced, in milliseconds; it doubles as long as they soon end again. */
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** What ends a worker that has lived for so long, in milliseconds, need not end the next one soon. */
const STEADY_MS = 60_000;
/** A worker ends by itself within its own limit, so one that has not by now hangs. */
const GRACE_MS = LONGEST_STOP_MS + 500;

const logger = new Logger('Supervisor');

/**
 * Keeps one worker running, whatever ends it, until the stop, and resolves when the last one has ended.
 *
 * @param hasServed whether any worker has ever listened. As long as none has, one that ends by itself has
 *   said why, the next would fail in the same way, and so everything stops with 1
 */
export async function keepWorker(
  environment: Readonly<Record<string, string>>,
  stop: StopRequest,
  hasServed: () => boolean,
): Promise<void> {
  const { signal } = stop;
  let pause = SHORTEST_PAUSE_MS;
  while (!stop.signal.aborted) {
    const began = performance.now();
    const worker = cluster.fork(environment);
    const end = await endOf(worker, signal);
    if (signal.aborted) return;
    if (typeof end === 'number' && !hasServed()) {
      stop.ask(1);
      return;
    }
    if (performance.now() - began >= STEADY_MS) pause = SHORTEST_PAUSE_MS;
    const next = `the next one starts in ${pause / 1000} s`;
    logger.error(`Worker ${worker.process.pid} has ended (${end}), ${next}`);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

/** Waits for the end, which it brings about on the stop, and says how it came: a code, a signal or an error. */
async function endOf(worker: Worker, stop: AbortSignal): Promise<number | string> {
  let grace: NodeJS.Timeout | undefined;
  const end = () => {
    worker.process.kill('SIGTERM');
    grace = setTimeout(() => {
      logger.error(`Worker ${worker.process.pid} does not end and is killed`);
      process.exitCode = 1;
      worker.process.kill('SIGKILL');
    }, GRACE_MS);
  };
  stop.addEventListener('abort', end);
  // Further errors of one that is gone are nobody's concern; unheard, they would end this process.
  worker.on('error', () => undefined);
  try {
    const [code, signal] = (await once(worker, 'exit')) as [number | null, string | null];
    return signal ?? code ?? 'unknown';
  } catch (error) {
    // It could not be started, or not be talked to.
    worker.process.kill('SIGKILL');
    return String(error);
  } finally {
    stop.removeEventListener('abort', end);
    clearTimeout(grace);
  }
}
