import { Client } from './client.js';
import { Database } from './database.js';
import { addTasks, taskId, USERS, userName, withoutIndexes } from './seed.js';
import { definitions, Server } from './servers.js';
import { seededRandom, summary } from './statistics.js';

/** Whose list is read: someone with very many tasks, in addition to the size of the table. */
const OWNER = 'user-with-100000-tasks';
export const OWN_TASKS = 100_000;
/** The owner's first task; numbers below are everybody else's. */
const OWN_FIRST = 5_000_000;
/** Tasks a page of that list. */
export const PAGE = 100;
const LIST = `/api/${OWNER}/tasks`;

/** The database of one size with a server of its own. */
export class Scale {
  #random = seededRandom(1);

  /** @param {number} size tasks of everybody else */
  constructor(size) {
    this.size = size;
  }

  async open(postgres, folder, progress) {
    const size = this.size.toLocaleString('en');
    progress.say(`seeding ${size} tasks`);
    this.database = await Database.create(postgres.url);
    const { client, url } = this.database;
    this.server = await Server.start(definitions[0], url, folder, '/health/ready');
    await withoutIndexes(client, async () => {
      await addTasks(client, 0, this.size - 1);
      await addTasks(client, OWN_FIRST, OWN_FIRST + OWN_TASKS - 1, OWNER);
    });
    await client.query('VACUUM (ANALYZE) tasks');
    this.client = new Client(this.server.port);
    progress.say(`walking to page 1,000 among ${size} tasks`);
    let cursor = '';
    for (let page = 1; page < OWN_TASKS / PAGE; page += 1) {
      const path = `${LIST}?limit=${PAGE}${cursor && `&cursor=${cursor}`}`;
      const { body } = await this.client.json({ method: 'GET', path });
      cursor = body.meta.next_cursor;
    }
    this.operations = this.#operations(cursor);
  }

  /** What is timed; a fresh call each time, so that nothing answers from memory alone. */
  #operations(cursor) {
    const read = (path) => () => ({ method: 'GET', path, status: 200 });
    const someone = () => Math.floor(this.#random() * this.size);
    return {
      get: () => {
        const n = someone();
        return read(`/api/${userName(n % USERS)}/tasks/${taskId(n)}`)();
      },
      insert: () => ({
        method: 'POST',
        path: `/api/${userName(someone() % USERS)}/tasks`,
        body: JSON.stringify({ title: 'Buy milk', description: 'Two bottles, if they have them' }),
        status: 201,
      }),
      'first page': read(`${LIST}?limit=${PAGE}`),
      'page 1,000': read(`${LIST}?limit=${PAGE}&cursor=${cursor}`),
      'filtered page': read(`${LIST}?limit=${PAGE}&completed=true`),
      'search, rare': () => {
        const n = OWN_FIRST + Math.floor(this.#random() * OWN_TASKS);
        return read(`${LIST}?limit=${PAGE}&search=task%20${n}`)();
      },
      'search, frequent': read(`${LIST}?limit=${PAGE}&search=PLUMBER`),
    };
  }

  /**
   * Sends the calls of one operation, one after the other.
   *
   * @returns {Promise<number>} the median of their times, in milliseconds
   */
  async time(operation, repeat) {
    const times = [];
    for (let at = 0; at < repeat; at += 1) {
      const call = this.operations[operation]();
      const began = performance.now();
      const { status } = await this.client.send(call);
      times.push(performance.now() - began);
      if (status !== call.status) throw new WrongAnswer(`answered ${status}`);
    }
    return summary(times).median;
  }

  /** Sends calls of all kinds for a while, which do not count, right or wrong. */
  async warmUp(ms) {
    const kinds = Object.values(this.operations);
    const end = performance.now() + ms;
    for (let at = 0; performance.now() < end; at += 1) {
      await this.client.send(kinds[at % kinds.length]());
    }
  }

  async close() {
    this.client?.close();
    await this.server?.stop();
    await this.database?.drop();
  }
}

/** The service does not do, or not rightly, what was asked of it. */
export class WrongAnswer extends Error {}
