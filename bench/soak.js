// npm run soak: does the service stay as it is, for as long as one likes, while connections are cut on
// both sides? Ends with 1 when something was lost, grew, or answered what it must not.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database, openPostgres } from './database.js';
import { interruption } from './interruption.js';
import { number, readArguments, runProgram } from './options.js';
import { Progress } from './progress.js';
import { markdown } from './report.js';
import { definitions, Server, stopAll } from './servers.js';
import { Resources } from './soak/resources.js';
import { SoakUser } from './soak/soak-user.js';

const USAGE = `npm run soak -- [options]

  --minutes N    how long, 15 by default

DATABASE_URL names the PostgreSQL to use; without it an embedded one is started.`;

const USERS = 32;
const SAMPLE_EVERY_MS = 2_000;
/** A connection of the server's to the database is ended after a pause of up to twice this. */
const TERMINATE_EVERY_MS = 500;
const SHOWN_VIOLATIONS = 20;

/** Ends random connections to the database until the signal. */
async function terminateBackends(database, signal) {
  let ended = 0;
  while (!signal.aborted) {
    await sleep(Math.random() * 2 * TERMINATE_EVERY_MS);
    const { rowCount } = await database.client.query(
      `SELECT pg_terminate_backend(pid) FROM
         (SELECT pid FROM pg_stat_activity
          WHERE datname = current_database() AND backend_type = 'client backend'
            AND pid <> pg_backend_pid()
          ORDER BY random() LIMIT 1) AS one`,
    );
    ended += rowCount;
  }
  return ended;
}

/** Samples the server until the end; fails when it has gone. */
async function observe(server, resources, endsAt, progress, signal) {
  while (Date.now() < endsAt) {
    signal.throwIfAborted();
    progress.say(`${Math.ceil((endsAt - Date.now()) / 60_000)} min to go`);
    await resources.sample();
    await sleep(SAMPLE_EVERY_MS);
  }
}

/** Puts the server under load and faults, and holds it to its promises. */
async function soak(server, database, minutes, progress, signal) {
  const users = Array.from({ length: USERS }, (_, at) => new SoakUser(server.port, `soak-${at}`));
  const resources = new Resources(server, database);
  const stop = new AbortController();
  const work = users.map((user) => user.run(stop.signal));
  const terminating = terminateBackends(database, stop.signal);
  try {
    await observe(server, resources, Date.now() + minutes * 60_000, progress, signal);
  } finally {
    stop.abort();
    await Promise.all([terminating, ...work]);
    resources.close();
  }

  let kept = 0;
  for (const user of users) kept += await user.verify();
  const violations = users.flatMap((user) => user.violations);
  await server.stop();
  if (server.child.exitCode !== 0) violations.push(`ended with ${server.child.exitCode}`);
  const levels = resources.compare();
  for (const { name, isLevel } of levels) if (!isLevel) violations.push(`${name}: grows`);
  return { users, terminated: await terminating, kept, levels, violations };
}

function print({ users, terminated, kept, levels, violations }) {
  const answers = new Map();
  for (const [outcome, count] of users.flatMap((user) => [...user.answers]))
    answers.set(outcome, (answers.get(outcome) ?? 0) + count);
  const resets = users.reduce((sum, user) => sum + user.resets, 0);
  const requests = [...answers.values()].reduce((sum, count) => sum + count, 0);
  console.log(`
${requests.toLocaleString('en')} requests of ${USERS} users; ${resets.toLocaleString('en')} connections reset by clients, ${terminated.toLocaleString('en')} ended in the database;
${kept.toLocaleString('en')} acknowledged tasks looked for.
`);
  console.log(
    markdown([
      ['median', 'second quarter', 'last quarter', 'may rise by'],
      ...levels.map(({ name, second, last, rise }) => [
        name,
        second.toFixed(1),
        last.toFixed(1),
        String(rise),
      ]),
    ]),
  );
  const outcomes = [...answers].sort(([one], [other]) => one.localeCompare(other));
  console.log(`\n${outcomes.map(([outcome, count]) => `${outcome}: ${count}`).join(', ')}\n`);
  for (const violation of violations.slice(0, SHOWN_VIOLATIONS)) console.log(`! ${violation}`);
  console.log(violations.length === 0 ? 'every promise held' : `${violations.length} violations`);
}

async function main() {
  const given = readArguments(USAGE, { minutes: { type: 'string' } });
  const minutes = number('minutes', given.minutes, 15, 1, 10_000);
  const progress = new Progress();
  const signal = interruption();
  const folder = await mkdtemp(join(tmpdir(), 'tasks-api-soak-'));
  const postgres = await openPostgres();
  const database = await Database.create(postgres.url);
  try {
    const server = await Server.start(definitions[0], database.url, folder, '/health/ready');
    const outcome = await soak(server, database, minutes, progress, signal);
    progress.clear();
    print(outcome);
    if (outcome.violations.length > 0) process.exitCode = 1;
  } finally {
    progress.clear();
    await stopAll();
    await database.drop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await runProgram(main);
