import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import { AppError } from '../errors/app-error.js';

/** What a worker asks the primary process for, and what it gets. */
const METRICS = 'tasks-api:metrics';

interface MetricsMessage {
  readonly type: typeof METRICS;
  readonly text?: string;
}

/**
 * The metrics of this process, or of all workers together where it is one of several.
 *
 * @throws AppError `SERVICE_UNAVAILABLE` when the workers could not all be asked
 */
export async function allProcessesMetrics(own: { metrics(): Promise<string> }): Promise<string> {
  if (!cluster.isWorker) return own.metrics();
  return new Promise((resolve, reject) => {
    const receive = (message: unknown) => {
      if (!isMetricsMessage(message)) return;
      process.off('message', receive);
      if (message.text === undefined) reject(new AppError('SERVICE_UNAVAILABLE'));
      else resolve(message.text);
    };
    process.on('message', receive);
    process.send?.({ type: METRICS } satisfies MetricsMessage);
  });
}

/** Lets the primary process answer its workers' questions for the metrics of all. */
export function answerWorkersMetrics(): void {
  const aggregator = new AggregatorRegistry();
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isMetricsMessage(message)) return;
    const reply = (text?: string) => {
      if (worker.isConnected()) worker.send({ type: METRICS, text } satisfies MetricsMessage);
    };
    // A worker that is just ending may leave the question open: then there is no sum to show.
    aggregator.clusterMetrics().then(reply, () => {
      reply();
    });
  });
}

function isMetricsMessage(message: unknown): message is MetricsMessage {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === METRICS
  );
}
