// npm run bench: compares this service with the floor and with other ways to write it.
// docs/performance.md says how to read what it prints.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Comparison } from './comparison.js';
import { criteria } from './criteria.js';
import { Database, openPostgres } from './database.js';
import { interruption } from './interruption.js';
import { chooseGenerator } from './load/load.js';
import { names, number, readArguments, runProgram, UsageError } from './options.js';
import { Progress } from './progress.js';
import { describeRun, table } from './report.js';
import { scenarios } from './scenarios.js';
import { definitions, stopAll, variantOfApp } from './servers.js';

const USAGE = `npm run bench -- [options]

  --quick               everything once, in two minutes: a look, not a result
  --rounds N            rounds, 5 by default
  --seconds S           seconds of load a round, scenario and server, 4 by default
  --warm-up S           seconds of load before the first round, 5 by default
  --connections N       connections of the load generator, 32 by default
  --only list,get       of ${Object.keys(scenarios).join(', ')}
  --servers app,floor   of ${definitions.map(({ name }) => name).join(', ')}
  --also NAME=FOLDER[,SETTING=VALUE...]
                        the service once more, from another built checkout or with other settings
                        (like five=.,DATABASE_POOL_SIZE=5); may be repeated
  --generator NAME      wrk or autocannon; by default wrk where it is installed
  --json FILE           also writes the figures of every round

DATABASE_URL names the PostgreSQL to use; without it an embedded one is started. The user must be
allowed to create databases: every run makes its own and drops it.`;

const TEXT = { type: 'string' };

function readOptions() {
  const given = readArguments(USAGE, {
    quick: { type: 'boolean', default: false },
    rounds: TEXT,
    seconds: TEXT,
    'warm-up': TEXT,
    connections: TEXT,
    only: TEXT,
    servers: TEXT,
    also: { type: 'string', multiple: true, default: [] },
    generator: TEXT,
    json: TEXT,
  });
  const { quick } = given;
  const chosen = names(
    'servers',
    given.servers,
    definitions.map(({ name }) => name),
  );
  const variants = given.also.map((text) => {
    const variant = variantOfApp(text);
    if (variant && definitions.every(({ name }) => name !== variant.name)) return variant;
    throw new UsageError('--also must be NEW-NAME=FOLDER[,SETTING=VALUE...]');
  });
  if (given.generator) names('generator', given.generator, ['wrk', 'autocannon']);
  return {
    quick,
    rounds: number('rounds', given.rounds, quick ? 1 : 5, 1, 100),
    // Longer rounds would run out of tasks to delete.
    seconds: number('seconds', given.seconds, quick ? 1 : 4, 1, 10),
    warmUpSeconds: number('warm-up', given['warm-up'], quick ? 4 : 5, 1, 60),
    leadInMs: quick ? 200 : 1_000,
    starts: quick ? 1 : 5,
    connections: number('connections', given.connections, 32, 1, 1000),
    scenarios: names('only', given.only, Object.keys(scenarios)),
    servers: [...definitions.filter(({ name }) => chosen.includes(name)), ...variants],
    generator: given.generator,
    json: given.json,
  };
}

async function main() {
  const options = readOptions();
  const progress = new Progress();
  const signal = interruption();
  const folder = await mkdtemp(join(tmpdir(), 'tasks-api-bench-run-'));
  progress.say('starting PostgreSQL');
  const postgres = await openPostgres();
  try {
    const database = await Database.create(postgres.url);
    try {
      const generator = await chooseGenerator(folder, options.generator);
      const comparison = new Comparison({ options, database, generator, folder, progress });
      const results = await comparison.run(signal);
      progress.clear();
      console.log(describeRun(options, generator.name, await database.version()));
      console.log(table(results, options));
      console.log(criteria(results, options));
      if (options.json) await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`);
    } finally {
      await stopAll();
      await database.drop();
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await runProgram(main);
