// Runs the built server behind PgBouncer in transaction mode, where a connection has no session.
// Needs the program `pgbouncer`. PostgreSQL is the embedded one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '@tasks/embedded-postgres';

const folder = await mkdtemp(join(tmpdir(), 'tasks-api-pgbouncer-'));
const postgres = await EmbeddedPostgres.start(join(folder, 'data'), {
  name: 'tasks',
  logger: console,
});
const upstream = new URL(postgres.url);

/** Refuses unknown start-up parameters, as PgBouncer does by default, or ignores them. */
for (const ignored of ['', 'statement_timeout,lock_timeout,idle_in_transaction_session_timeout']) {
  const pooler = await startPooler(ignored);
  const port = await freePort();
  const server = spawn(process.execPath, ['dist/src/main.js'], {
    env: { ...process.env, DATABASE_URL: pooler.url, PORT: String(port), LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'close');
  let log = '';
  server.stdout.on('data', (lines) => (log += lines));
  const tasks = `http://127.0.0.1:${port}/api/${randomUUID()}/tasks`;
  await ready(`http://127.0.0.1:${port}/health/ready`);

  const answers = await Promise.all(Array.from({ length: 200 }, () => post(tasks)));
  assert(answers.every(({ status }) => status === 201));
  const { data, meta } = await (await fetch(`${tasks}?limit=1000`)).json();
  assert.equal(data.length, 200);
  assert.equal(meta.has_more, false);

  const client = new pg.Client(pooler.url);
  await client.connect();
  const { rows: ofRoles } = await client.query('SELECT setconfig FROM pg_db_role_setting');
  assert.deepEqual(ofRoles, [], 'no role has been changed');
  for (let session = 0; session < 20; session += 1) {
    const { rows } = await client.query(
      `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement`,
    );
    assert.deepEqual(Object.values(rows[0]), ['0', '0'], 'the sessions of others are as they were');
  }
  await client.query('BEGIN');
  await client.query('LOCK TABLE tasks');
  const began = Date.now();
  const locked = await post(tasks);
  assert.equal(locked.status, 503, 'a lock ends in 503');
  assert(Date.now() - began < 8_000);
  const { rows: waiting } = await client.query('SELECT pid FROM pg_locks WHERE NOT granted');
  assert.deepEqual(waiting, [], 'PostgreSQL itself has given up the statement');
  await client.query('ROLLBACK');
  await client.end();
  assert.equal((await post(tasks)).status, 201);

  server.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  assert.match(log, /A pooler is between/, 'it has noticed the pooler');
  await pooler.stop();
  console.log(
    `PgBouncer with ignore_startup_parameters "${ignored}": served, timeouts in force, no role changed`,
  );
}

await postgres.stop();
await rm(folder, { recursive: true });

function post(url) {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: '{"title":"x"}' });
}

async function ready(url) {
  const deadline = Date.now() + 20_000;
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    assert(Date.now() < deadline, 'the server is not ready after 20 s');
    await sleep(50);
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function startPooler(ignored) {
  const port = await freePort();
  const users = join(folder, 'users.txt');
  const config = join(folder, 'pgbouncer.ini');
  await writeFile(users, `"${upstream.username}" "${upstream.password}"\n`);
  await writeFile(
    config,
    `[databases]
tasks = host=127.0.0.1 port=${upstream.port} dbname=tasks
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 5
max_client_conn = 200
ignore_startup_parameters = ${ignored}
`,
  );
  // PgBouncer refuses to be root.
  const isRoot = process.getuid?.() === 0;
  await Promise.all([chmod(folder, 0o755), chmod(users, 0o644), chmod(config, 0o644)]);
  const pooler = spawn('pgbouncer', ['-q', ...(isRoot ? ['-u', 'nobody'] : []), config], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(pooler, 'exit');
  const url = new URL(upstream);
  url.port = String(port);
  return {
    url: url.href,
    stop: async () => {
      pooler.kill('SIGINT');
      await exited;
    },
  };
}
