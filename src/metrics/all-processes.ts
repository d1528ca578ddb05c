import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** What a worker asks the primary process for, and what it gets. */
const METRICS = 'tasks-api:metrics';

interface MetricsMessage {
  readonly type: typeof METRICS;
  readonly text?: string;
}

/** The metrics of this process, or of all workers together where it is one of several. */
export async function allProcessesMetrics(own: Registry): Promise<string> {
  if (!cluster.isWorker) return own.metrics();
  return new Promise((resolve) => {
    const receive = (message: unknown) => {
      if (!isMetricsMessage(message) || message.text === undefined) return;
      process.off('message', receive);
      resolve(message.text);
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
    void aggregator.clusterMetrics().then((text) => {
      if (worker.isConnected()) worker.send({ type: METRICS, text } satisfies MetricsMessage);
    });
  });
}

function isMetricsMessage(message: unknown): message is MetricsMessage {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === METRICS
  );
}
