import autocannon from 'autocannon';

/** The load generator autocannon, in this process: https://github.com/mcollina/autocannon. */
export class Autocannon {
  name = 'autocannon';

  /** Prepares what is to be sent. */
  async prepare(_name, calls) {
    return calls.map(({ method, path, body }) => ({
      method,
      path,
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    }));
  }

  /** @returns {Promise<import('./load.js').Load>} */
  async run({ port, prepared, connections, seconds, expects }) {
    let next = 0;
    const result = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections,
      duration: seconds,
      // Every connection has calls of its own: together they send each one once before any twice.
      setupClient: (client) => {
        const mine = next++;
        client.setRequests(prepared.filter((_, at) => at % connections === mine));
      },
    });
    const statuses = Object.entries(result.statusCodeStats);
    const failed = statuses
      .filter(([status]) => (expects ? Number(status) !== expects : Number(status) >= 400))
      .reduce((sum, [, { count }]) => sum + count, 0);
    return {
      requests: result.requests.total,
      seconds: result.duration,
      p50: result.latency.p50,
      p99: result.latency.p99,
      failed,
      broken: result.errors,
    };
  }
}
