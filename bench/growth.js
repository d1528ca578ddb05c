// npm run bench:growth: what an operation costs with 20 thousand, 200 thousand and 2 million tasks.
// docs/performance.md says how to read what it prints.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgres } from './database.js';
import { interruption } from './interruption.js';
import { number, readArguments, runProgram } from './options.js';
import { Progress } from './progress.js';
import { markdown } from './report.js';
import { OWN_TASKS, PAGE, Scale, WrongAnswer } from './scale.js';
import { USERS } from './seed.js';
import { stopAll } from './servers.js';
import { shuffled, summary } from './statistics.js';

const USAGE = `npm run bench:growth -- [options]

  --quick        20 and 200 thousand tasks and fewer repetitions: a look, not a result
  --rounds N     rounds, 5 by default
  --repeat N     requests of a kind in a round, 200 by default

DATABASE_URL names the PostgreSQL to use; without it an embedded one is started.`;

/** Load on each server before anything counts. */
const WARM_UP_MS = 4_000;

/** From the smallest to the largest size, and from page 1 to page 1,000, a cost may grow so much. */
const TOLERATED = 1.25;
const HELD_AGAINST_IT = ['get', 'insert', 'first page', 'page 1,000'];

/** Every operation at every size, by turns, so that what disturbs the machine disturbs all alike. */
async function measure(scales, { rounds, repeat }, progress, signal) {
  const operations = Object.keys(scales[0].operations);
  const results = new Map(operations.map((operation) => [operation, scales.map(() => [])]));
  const refused = new Map();
  for (const scale of scales) {
    signal.throwIfAborted();
    progress.say(`warming up: ${scale.size.toLocaleString('en')} tasks`);
    await scale.warmUp(WARM_UP_MS);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const operation of operations) {
      for (const scale of shuffled(scales)) {
        signal.throwIfAborted();
        if (refused.has(operation)) continue;
        progress.say(
          `round ${round} of ${rounds}: ${operation}, ${scale.size.toLocaleString('en')} tasks`,
        );
        try {
          const median = await scale.time(operation, repeat);
          results.get(operation)[scales.indexOf(scale)].push(median);
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
  const signal = interruption();
  const folder = await mkdtemp(join(tmpdir(), 'tasks-api-bench-run-'));
  const postgres = await openPostgres();
  const scales = sizes.map((size) => new Scale(size));
  try {
    for (const scale of scales) {
      signal.throwIfAborted();
      await scale.open(postgres, folder, progress);
    }
    const outcome = await measure(scales, options, progress, signal);
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

await runProgram(main);
