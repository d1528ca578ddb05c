import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.js';
import { cpuSeconds, watchMemory } from './process-usage.js';
import { scenarios } from './scenarios.js';

/**
 * What one server did in one scenario in one round.
 *
 * @typedef {import('./load/load.js').Load & {rate: number, cpu: number, databaseCpu: number,
 *   memory: number}} Round
 * rate in requests a second; processor seconds a thousand requests, the server's and those of its
 * connections in PostgreSQL; memory in MiB at its peak
 */

/** Measures what a server does under load, and what that costs. */
export class Meter {
  constructor(database, table, generator, options) {
    Object.assign(this, { database, table, generator, options });
  }

  /**
   * Measures one scenario once; the table is as before when it is done.
   *
   * @param calls what the generator has prepared to send
   * @returns {Promise<Round>}
   */
  async measure(server, { writes, expects }, calls) {
    await this.#leadIn(server);
    const peakMemory = watchMemory(server.pid);
    const databaseCpu = await this.database.cpuMeter();
    const before = cpuSeconds(server.pid);
    const load = await this.load(server, calls, this.options.seconds, expects);
    const thousands = load.requests / 1000;
    const measured = {
      ...load,
      rate: load.requests / load.seconds,
      cpu: (cpuSeconds(server.pid) - before) / thousands,
      databaseCpu: (await databaseCpu()) / thousands,
      memory: peakMemory(),
    };
    if (writes) await this.table.undo();
    return measured;
  }

  /** Some load that is not counted: while others were measured, caches and connections went cold. */
  async #leadIn({ port }) {
    const { connections, leadInMs } = this.options;
    const client = new Client(port, connections);
    const end = Date.now() + leadInMs;
    const calls = scenarios.get.calls();
    const work = async (_, first) => {
      for (let at = first; Date.now() < end; at += connections) {
        await client.send(calls[at % calls.length]);
      }
    };
    await Promise.all(Array.from({ length: connections }, work));
    client.close();
  }

  /** Puts a server under load, and waits until it has done with what was in flight at the end. */
  async load({ port }, prepared, seconds, expects) {
    const { connections } = this.options;
    const load = await this.generator.run({ port, prepared, connections, seconds, expects });
    await sleep(20);
    await this.database.quiet();
    return load;
  }
}
