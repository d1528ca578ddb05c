import autocannon from 'autocannon';

/** The load generator autocannon, in this process: https://github.com/mcollina/autocannon. */
export class Autocannon {
  name = 'autocannon';

  /** Prepares what is to be sent. */
  async prepare(_name, calls) {
    const headers = { 'content-type': 'application/json' };
    return calls.map((call) => ({ ...call, headers: call.body === undefined ? {} : headers }));
  }

  /** @returns {Promise<import('./load.js').Load>} */
  async run({ port, prepared, connections, seconds, expects }) {
    let next = 0;
    // Connections take their calls from one row, so that each is sent once before any is sent twice,
    // and they are put together when they are sent: in advance it would hold up the first of them.
    const setupRequest = (defaults) => ({ ...defaults, ...prepared[next++ % prepared.length] });
    const result = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections,
      duration: seconds,
      requests: [{ setupRequest }],
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
