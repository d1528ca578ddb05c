import { crossTalk } from './checks/cross-talk.js';
import { askAll, differences } from './checks/same-answers.js';
import { unknownFields } from './checks/task-fields.js';
import { Meter } from './meter.js';
import { scenarios, warmUp } from './scenarios.js';
import { taskPath } from './seed.js';
import { definitions, Server } from './servers.js';
import { shuffled } from './statistics.js';
import { Table } from './table.js';

/** With more wrong answers under load than this share, a figure says nothing. */
const TOLERATED_FAILURES = 0.001;

/**
 * What is known of one server at the end.
 *
 * @typedef {object} Result
 * @property {string} name
 * @property {string} label
 * @property {number[]} starts milliseconds to the first answer
 * @property {Record<string, import('./meter.js').Round[]>} rounds by scenario
 * @property {Record<string, string>} refused why there is no figure, by scenario
 * @property {string[]} unknown fields of a task that only other servers know
 */

/** One run: servers of one database, measured by turns. */
export class Comparison {
  /** @type {Result[]} */
  #results = [];
  /** @type {Server[]} */
  #servers = [];

  constructor({ options, database, generator, folder, progress }) {
    Object.assign(this, { options, database, generator, folder, progress });
    this.table = new Table(database.client);
    this.meter = new Meter(database, this.table, generator, options);
  }

  /** @param {AbortSignal} signal stops the run between two measurements */
  async run(signal) {
    this.signal = signal;
    await this.#prepare();
    await this.#startAll();
    await this.#checkAll();
    await this.#warmUpAll();
    for (let round = 1; round <= this.options.rounds; round += 1) await this.#round(round);
    return this.#results;
  }

  /** Lets the service make its schema, and fills it. */
  async #prepare() {
    this.progress.say('migrating and seeding the database');
    const app = await Server.start(definitions[0], this.database.url, this.folder, '/health/ready');
    await app.stop();
    await this.table.seed();
    this.calls = {};
    for (const name of this.options.scenarios) {
      const calls = scenarios[name].calls(this.options.seconds);
      this.calls[name] = await this.generator.prepare(name, calls);
    }
  }

  /** Starts each server, some of them several times to time it, one after the other. */
  async #startAll() {
    for (const definition of this.options.servers) {
      const { name, label } = definition;
      this.#results.push({ name, label, starts: [], rounds: {}, refused: {}, unknown: [] });
    }
    for (let start = 1; start <= this.options.starts; start += 1) {
      for (const result of shuffled(this.#results)) {
        this.signal.throwIfAborted();
        this.progress.say(`start ${start} of ${this.options.starts}: ${result.label}`);
        const definition = this.options.servers.find(({ name }) => name === result.name);
        const server = await Server.start(
          definition,
          this.database.url,
          this.folder,
          taskPath(0, 0),
        );
        result.starts.push(server.startMs);
        if (start < this.options.starts) await server.stop();
        else this.#servers.push(server);
      }
    }
  }

  /** Finds out who answers wrongly; such a server gets no figure where that matters. */
  async #checkAll() {
    const answers = new Map();
    for (const server of this.#servers) {
      this.progress.say(`checking the answers: ${server.label}`);
      answers.set(server.name, await askAll(server));
      await this.table.undo();
    }
    const unknown = unknownFields(answers);
    const reference = answers.get('floor') ?? answers.get(this.#servers[0].name);
    for (const server of this.#servers) {
      this.signal.throwIfAborted();
      const result = this.#resultOf(server);
      result.unknown = unknown.get(server.name);
      const faults = differences(answers.get(server.name), reference);
      this.progress.say(`checking 64 users at once: ${server.label}`);
      const mixedUp = await crossTalk(server, this.options.quick ? 4 : 16);
      await this.database.quiet();
      await this.table.undo();
      for (const name of this.options.scenarios) {
        const fault =
          mixedUp ?? scenarios[name].needs.map((need) => faults.get(need)).find(Boolean);
        if (fault !== undefined) result.refused[name] = fault;
      }
    }
  }

  async #warmUpAll() {
    const { warmUpSeconds } = this.options;
    const prepared = await this.generator.prepare('warm-up', warmUp.calls(warmUpSeconds));
    for (const server of shuffled(this.#servers)) {
      this.signal.throwIfAborted();
      this.progress.say(`warming up: ${server.label}`);
      await this.meter.load(server, prepared, warmUpSeconds);
      await this.table.undo();
    }
  }

  /** Every scenario once for every server, in a new order each. */
  async #round(round) {
    await this.table.rebuild();
    for (const name of this.options.scenarios) {
      for (const server of shuffled(this.#servers)) {
        const { rounds, refused } = this.#resultOf(server);
        if (refused[name] !== undefined) continue;
        this.signal.throwIfAborted();
        this.progress.say(`round ${round} of ${this.options.rounds}: ${name}, ${server.label}`);
        const measured = await this.meter.measure(server, scenarios[name], this.calls[name]);
        (rounds[name] ??= []).push(measured);
        const { requests, failed, broken } = measured;
        if (requests === 0 || failed + broken > requests * TOLERATED_FAILURES) {
          refused[name] = `under load: ${failed} wrong statuses, ${broken} broken of ${requests}`;
        }
      }
    }
  }

  #resultOf({ name }) {
    return this.#results.find((result) => result.name === name);
  }
}
