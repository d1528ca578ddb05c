// Runs the version before the newest migration on a database that this version has migrated, alone and beside
// it, as they are while one replaces the other. PostgreSQL is the embedded one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '@tasks/embedded-postgres';
import { buildPreviousVersion } from './build-previous-version.js';

const folder = await mkdtemp(join(tmpdir(), 'tasks-api-previous-'));
const previous = await buildPreviousVersion(join(folder, 'previous'));
console.log(`The version before the newest migration: ${previous.commit}`);
const postgres = await EmbeddedPostgres.start(join(folder, 'data'), {
  name: 'tasks',
  logger: console,
});

for (const migrations of ['manual', 'auto']) {
  const database = await createDatabase(`previous_${migrations}`);
  const migrating = await start('dist/src/main.js', database, 'auto');
  const early = tasksOf(migrating);
  const task = await early.post({ title: 'x' });
  await migrating.stop();

  const before = await start(previous.main, database, migrations);
  await everyOperation(tasksOf(before));
  assert.deepEqual(await tasksOf(before, early.user).list(), [task]);

  const after = await start('dist/src/main.js', database, 'auto');
  const servers = [before, after];
  await Promise.all(
    Array.from({ length: 10 }, (_, n) => everyOperation(tasksOf(servers[n % servers.length]))),
  );
  for (const [one, other] of [servers, servers.toReversed()]) {
    await shareCursors(one, other);
    await shareKeys(one, other);
    await shareVersions(one, other);
  }
  await Promise.all(servers.map((server) => server.stop()));
  console.log(`It serves what this version has migrated, with MIGRATIONS=${migrations}`);
}

await postgres.stop();
await rm(folder, { recursive: true });

/** Calls every operation, and holds each answer against what was asked for. */
async function everyOperation(tasks) {
  const first = await tasks.post({ title: 'b', description: 'Charles', completed: true });
  const key = { 'Idempotency-Key': randomUUID() };
  const second = await tasks.post({ title: 'a' }, key);
  assert.deepEqual(await tasks.post({ title: 'a' }, key), second, 'a replay');
  await tasks.call(422, 'POST', '', { title: 'another' }, key);

  const [b, a] = [first.id, second.id];
  for (const [query, ids] of [
    ['', [a, b]],
    ['sort=created_at', [b, a]],
    ['sort=-created_at', [a, b]],
    ['sort=updated_at', [b, a]],
    ['sort=-updated_at', [a, b]],
    ['sort=title', [a, b]],
    ['sort=-title', [b, a]],
    ['completed=true', [b]],
    ['completed=false&sort=title', [a]],
    ['search=CHARLES', [b]],
    ['search=nobody&include_total=true', []],
    [`created_after=${second.created_at}&created_before=${first.created_at}`, []],
    [`created_after=${first.created_at}&sort=-title&include_total=true`, [b, a]],
  ]) {
    const listed = await tasks.list(query);
    assert.deepEqual(
      listed.map(({ id }) => id),
      ids,
      query,
    );
  }

  assert.deepEqual(await tasks.call(200, 'GET', `/${a}`), second);
  const put = await tasks.call(200, 'PUT', `/${a}`, { title: 'c' });
  assert.equal(put.title, 'c');
  const patched = await tasks.call(200, 'PATCH', `/${a}`, { description: 'd' });
  assert.deepEqual([patched.title, patched.description], ['c', 'd']);
  const toggled = await tasks.call(200, 'PATCH', `/${a}/complete`);
  assert.equal(toggled.completed, true);
  const guard = { 'If-Match': `"${toggled.updated_at}"` };
  const guarded = await tasks.call(200, 'PUT', `/${a}`, { title: 'e' }, guard);
  assert(second.updated_at < put.updated_at && put.updated_at < guarded.updated_at);
  await tasks.call(412, 'PUT', `/${a}`, { title: 'f' }, guard);
  await tasks.call(412, 'DELETE', `/${a}`, undefined, guard);
  await tasks.call(200, 'DELETE', `/${a}`);
  for (const method of ['GET', 'DELETE']) await tasks.call(404, method, `/${a}`);
  await tasks.call(404, 'PUT', `/${a}`, { title: 'x' });
  assert.deepEqual(await tasks.list(), [first]);
}

/** A list that one version has begun is read on by the other. */
async function shareCursors(one, other) {
  const tasks = tasksOf(one);
  for (const title of ['%a', '%a', '%a']) await tasks.post({ title });
  for (const query of ['limit=1', 'limit=1&sort=title&completed=false', 'limit=1&search=%25A']) {
    const { meta } = await tasks.page(query);
    const next = `${query}&cursor=${meta.next_cursor}`;
    assert.deepEqual(await tasksOf(other, tasks.user).page(next), await tasks.page(next), query);
  }
}

/** A request that one version has carried out is known to the other as the same. */
async function shareKeys(one, other) {
  const there = tasksOf(one);
  const here = tasksOf(other, there.user);
  for (const body of [{ title: 'x' }, { title: ' y', description: null, completed: true }]) {
    const key = { 'Idempotency-Key': randomUUID() };
    const first = await there.post(body, key);
    assert.deepEqual(await here.post(body, key), first);
  }
}

/** A version of a task that one has told guards a write of the other. */
async function shareVersions(one, other) {
  const tasks = tasksOf(one);
  const { id, updated_at } = await tasks.post({ title: 'x' });
  const guard = { 'If-Match': `"${updated_at}"` };
  const there = tasksOf(other, tasks.user);
  const changed = await there.call(200, 'PUT', `/${id}`, { title: 'y' }, guard);
  assert.deepEqual(await tasks.call(200, 'GET', `/${id}`), changed);
  await tasks.call(412, 'PUT', `/${id}`, { title: 'z' }, guard);
}

/** The tasks of a user, by default a new one, as a client of that server calls them. */
function tasksOf(server, user = `ada-${randomUUID()}`) {
  const ask = async (expected, method, path, body, headers) => {
    const response = await fetch(`${server.url}/api/${user}/tasks${path}`, {
      method,
      headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    const told = `${method} ${path}: ${JSON.stringify(answer)}`;
    assert.equal(response.status, expected, told);
    return answer;
  };
  const call = async (...request) => (await ask(...request)).data;
  return {
    user,
    call,
    post: (body, headers) => call(201, 'POST', '', body, headers),
    list: (query = '') => call(200, 'GET', `?${query}`),
    page: (query) => ask(200, 'GET', `?${query}`),
  };
}

async function createDatabase(name) {
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** A built server that is ready. */
async function start(main, database, migrations) {
  const port = await freePort();
  const server = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      DATABASE_URL: database,
      MIGRATIONS: migrations,
      PORT: String(port),
      LOG_LEVEL: 'warn',
    },
    stdio: 'inherit',
  });
  const exited = once(server, 'exit');
  // A check that fails ends this program, and leaves no other behind.
  process.once('exit', () => server.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) {
    assert.equal(server.exitCode, null, `${main} has exited`);
    assert(Date.now() < deadline, `${main} is not ready after a minute`);
    await sleep(50);
  }
  return {
    url,
    stop: async () => {
      server.kill('SIGTERM');
      assert.deepEqual(await exited, [0, null]);
    },
  };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
