// Starts the built server once for real, on an empty folder, and uses it as a client would.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DATA_DIR = await mkdtemp(join(tmpdir(), 'tasks-api-smoke-'));
const PORT = '3987';
const began = Date.now();
const server = spawn(process.execPath, ['dist/src/main.js'], {
  env: { ...process.env, DATA_DIR, PORT },
  stdio: 'inherit',
});
const exited = once(server, 'exit');
const base = `http://127.0.0.1:${PORT}`;
const tasks = `${base}/api/${randomUUID()}/tasks`;

while (!(await fetch(`${base}/health/ready`).catch(() => undefined))?.ok) {
  assert.equal(server.exitCode, null, 'the server has exited');
  assert(Date.now() - began < 30_000, 'the server is not ready after 30 s');
  await sleep(50);
}
console.log(`ready after ${Date.now() - began} ms`);

const created = await fetch(tasks, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ title: 'Write the letter' }),
});
assert.equal(created.status, 201);
const { data } = await created.json();
const listed = await (await fetch(tasks)).json();
assert.deepEqual(listed.data, [data]);

server.kill('SIGTERM');
assert.deepEqual(await exited, [0, null], 'the server stops cleanly');
await rm(DATA_DIR, { recursive: true });
console.log('the built server starts, serves and stops');
