// npm run bench:growth: what an operation costs with 20 thousand, 200 thousand and 2 million tasks.
// docs/performance.md says how to read what it prints.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from './client.js';
import { Database, openPostgres } from './database.js';
import { number, readArguments, UsageError } from './options.js';
import { Progress } from './progress.js';
import { markdown } from './report.js';
import { addTasks, taskId, USERS, userName, withoutIndexes } from './seed.js';
import { definitions, Server, stopAll } from './servers.js';
import { seededRandom, shuffled, summary } from './statistics.js';

const USAGE = `npm run bench:growth -- [options]

  --quick        20 and 200 thousand tasks and fewer repetitions: a look, not a result
  --rounds N     rounds, 5 by default
  --repeat N     requests of a kind in a round, 200 by default

DATABASE_URL names the PostgreSQL to use; without it an embedded one is started.`;

/** Whose list is read: someone with very many tasks, in addition to the size of the table. */
const OWNER = 'user-with-100000-tasks';
const OWN_TASKS = 100_000;
/** The owner's first task; numbers below are everybody else's. */
const OWN_FIRST = 5_000_000;
const PAGE = 100;
const LIST = `/api/${OWNER}/tasks`;

/** From the smallest to the largest size, and from page 1 to page 1,000, a cost may grow so much. */
const TOLERATED = 1.25;
const HELD_AGAINST_IT = ['get', 'insert', 'first page', 'page 1,000'];

/** The database of one size with a server of its own. */
class Scale {
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

  async close() {
    this.client?.close();
    await this.server?.stop();
    await this.database?.drop();
  }
}

class WrongAnswer extends Error {}

/** Every operation at every size, by turns, so that what disturbs the machine disturbs all alike. */
async function measure(scales, { rounds, repeat }, progress, signal) {
  const operations = Object.keys(scales[0].operations);
  const results = new Map(operations.map((operation) => [operation, scales.map(() => [])]));
  const refused = new Map();
  // The first round only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const operation of operations) {
      for (const scale of shuffled(scales)) {
        signal.throwIfAborted();
        if (refused.has(operation)) continue;
        progress.say(`round ${round} of ${rounds}: ${operation}, ${scale.size} tasks`);
        try {
          const median = await scale.time(operation, round === 0 ? 3 * repeat : repeat);
          if (round > 0) results.get(operation)[scales.indexOf(scale)].push(median);
        } catch (error) {
          if (!(error instanceof WrongAnswer)) throw error;
          refused.set(operation, error.message);
        }
      }
    }
  }
  return { results, refused };
}

function print(scales, { results, refused }) {
  const heading = scales.map(({ size }) => `${size.toLocaleString('en')} tasks`);
  const rows = [['median ms', ...heading, `at most x${TOLERATED}`]];
  const judged = (value) => `x${value.toFixed(2)} ${value <= TOLERATED ? 'ok' : 'above'}`;
  const medianOf = (operation, at) => summary(results.get(operation)[at]).median;
  for (const operation of results.keys()) {
    if (refused.has(operation)) {
      rows.push([operation, `refused: the service ${refused.get(operation)}`]);
      continue;
    }
    const cells = scales.map((_, at) => {
      const { median, min, max } = summary(results.get(operation)[at]);
      const growth = (median / medianOf(operation, 0)).toFixed(2);
      return `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)}) x${growth}`;
    });
    const growth = medianOf(operation, scales.length - 1) / medianOf(operation, 0);
    rows.push([operation, ...cells, HELD_AGAINST_IT.includes(operation) ? judged(growth) : '']);
  }
  if (!refused.has('first page') && !refused.has('page 1,000')) {
    const ratios = scales.map((_, at) => medianOf('page 1,000', at) / medianOf('first page', at));
    const cells = ratios.map((ratio) => `x${ratio.toFixed(2)}`);
    rows.push(['page 1,000 to first page', ...cells, judged(Math.max(...ratios))]);
  }
  console.log(`
One request after the other; medians of a round's requests, of which the median (and the extremes)
over the rounds. The sizes count the tasks of ${USERS} users; a user with ${OWN_TASKS.toLocaleString('en')} more
reads ${PAGE} a page.
`);
  console.log(markdown(rows));
}

async function main() {
  const given = readArguments(USAGE, {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    repeat: { type: 'string' },
  });
  const options = {
    rounds: number('rounds', given.rounds, given.quick ? 2 : 5, 1, 100),
    repeat: number('repeat', given.repeat, given.quick ? 50 : 200, 1, 100_000),
  };
  const sizes = given.quick ? [20_000, 200_000] : [20_000, 200_000, 2_000_000];
  const progress = new Progress();
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new UsageError('interrupted')));
  const folder = await mkdtemp(join(tmpdir(), 'tasks-api-bench-run-'));
  const postgres = await openPostgres();
  const scales = sizes.map((size) => new Scale(size));
  try {
    for (const scale of scales) {
      interrupted.signal.throwIfAborted();
      await scale.open(postgres, folder, progress);
    }
    const outcome = await measure(scales, options, progress, interrupted.signal);
    progress.clear();
    print(scales, outcome);
  } finally {
    progress.clear();
    await stopAll();
    for (const scale of scales) await scale.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
