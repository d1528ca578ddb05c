import { Client } from '../client.js';
import { summary } from '../statistics.js';

const MIB = 2 ** 20;

/**
 * What is sampled: how a sample is read, and by how much the last quarter of a run may be above the
 * second (the first is warming up).
 */
const resources = [
  { name: 'resident memory, MiB', metric: 'process_resident_memory_bytes', unit: MIB, rise: 25 },
  { name: 'heap in use, MiB', metric: 'nodejs_heap_size_used_bytes', unit: MIB, rise: 25 },
  { name: 'open file descriptors', metric: 'process_open_fds', unit: 1, rise: 8 },
];
const connections = { name: 'connections to the database', rise: 4 };

/** What a server holds on to, sampled while it runs. */
export class Resources {
  #samples = [];
  #client;

  /** @param {import('../database.js').Database} database the one that the server uses alone */
  constructor(server, database) {
    this.#client = new Client(server.port);
    this.database = database;
  }

  async sample() {
    const { text } = await this.#client.send({ method: 'GET', path: '/metrics' });
    const { rows } = await this.database.client.query(
      `SELECT count(*)::int AS open FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    this.#samples.push([
      ...resources.map(({ metric, unit }) => {
        const [, value] = new RegExp(`^${metric} (\\S+)$`, 'm').exec(text) ?? [];
        return Number(value) / unit;
      }),
      rows[0].open,
    ]);
  }

  close() {
    this.#client.close();
  }

  /** @returns medians of the second and the last quarter of the samples, and whether they are level */
  compare() {
    const quarter = Math.floor(this.#samples.length / 4);
    const median = (from, at) =>
      summary(this.#samples.slice(from, from + quarter).map((sample) => sample[at])).median;
    return [...resources, connections].map(({ name, rise }, at) => {
      const second = median(quarter, at);
      const last = median(this.#samples.length - quarter, at);
      return { name, second, last, rise, isLevel: last - second <= rise };
    });
  }
}
