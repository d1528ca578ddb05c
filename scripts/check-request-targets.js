// Sends request targets of many spellings through nginx and HAProxy to the built server: what a proxy
// takes for the path and what is served must be the same, or the request is refused.
// Needs the programs `nginx` and `haproxy`. PostgreSQL is the embedded one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = await mkdtemp(join(tmpdir(), 'tasks-api-targets-'));
const [port, nginxPort, haproxyPort] = [await freePort(), await freePort(), await freePort()];
const programs = [];
let serverLog = '';
let haproxyLog = '';

const server = start(process.execPath, ['dist/src/main.js'], {
  // Set to nothing, it counts as absent: this is no test of the database.
  DATABASE_URL: '',
  DATA_DIR: join(folder, 'data'),
  PORT: String(port),
  LOG_LEVEL: 'info',
});
server.stdout.on('data', (lines) => (serverLog += lines));
const targets = [...new Set([...handpicked(), ...generated(1_500)])];
try {
  await startNginx();
  await startHaproxy();
  await ready(`http://127.0.0.1:${port}/health/ready`);
  await Promise.all(Array.from({ length: 8 }, (_, client) => run(client)));
  await sleep(500);
  // What a program has not written yet, it writes at its end.
  await endPrograms();
  const served = servedPaths();
  compare('nginx', await nginxPaths(), served);
  compare('haproxy', haproxyPaths(), served);
} finally {
  await endPrograms();
  await rm(folder, { recursive: true });
}

/** Where a proxy's rule keeps everybody from `/api/victim/`, no spelling leads there all the same. */
function compare(proxy, seen, served) {
  let same = 0;
  targets.forEach((target, index) => {
    const path = served.get(`${proxy}-${index}`);
    if (path === undefined) return;
    assert.equal(seen.get(`${proxy}-${index}`), path, `${proxy} reads ${JSON.stringify(target)}`);
    assert(!path.startsWith('/api/victim/'), `${target} has passed the rule of ${proxy}`);
    same += 1;
  });
  assert(same > 50, `${proxy} has passed on no more than ${same} requests that were served`);
  console.log(
    `${proxy}: ${targets.length} targets, ${same} served as it reads them, others refused`,
  );
}

function handpicked() {
  const tasks = ['/api/ada/tasks', '/api/victim/tasks', '/api/a%2Fvictim/tasks', '/health/live'];
  const changes = [
    (path) => path,
    (path) => path.replaceAll('/', '\\'),
    (path) => `${path.replaceAll('/', '\\')}#x`,
    (path) => `/${path.slice(1).replace('/', '\\')}#x`,
    (path) => `${path}#x`,
    (path) => `${path}?a=/../b`,
    (path) => `/x/..${path}`,
    (path) => `/x/%2e%2e${path}`,
    (path) => `/x%2F..${path}`,
    (path) => `/.${path}`,
    (path) => `/${path}`,
    (path) => `${path}/`,
    (path) => `${path};x=1`,
    (path) => path.replaceAll('/', '%2F'),
    (path) => path.replaceAll('/', '%5C'),
    (path) => path.replace('/tasks', '%2Ftasks'),
    (path) => path.replace('/tasks', '/x/../tasks'),
    (path) => path.replace('/tasks', '%2F..%2Fvictim/tasks'),
    (path) => path.replace('/tasks', '%2f%2e%2E%2fvictim/tasks'),
    (path) => path.replace('/tasks', '%2F/tasks'),
    (path) => path.replace('/api/', '/api/%2F'),
    (path) => path.replace('/api/', '/%61pi/'),
    (path) => path.replace('/api/', '/API/'),
    (path) => path.replace('/api/', '/api/./'),
    (path) => path.replace('/api/', '/api/%00'),
    (path) => path.replace('/api/', '/api/%25%32%46'),
    (path) => path.replace('/api/', '/api/é'),
    (path) => path.replace('/api/', '/api/%c3%a9'),
    (path) => path.replace('/api/', '/api/%ff'),
    (path) => path.replace('/api/', '/api/a%3Fb'),
    (path) => path.replace('/api/', '/api/a%23b'),
    (path) => path.replace('/api/', '/api/a+b'),
    (path) => `http://x${path}`,
    (path) => `https://x:1${path}`,
    (path) => `http://x?${path}`,
    (path) => `http://x#${path}`,
    (path) => `http://x\\${path}`,
    (path) => `http://a@b${path}`,
    (path) => `http://x/..${path}`,
    (path) => `ftp://x${path}`,
    (path) => `//x${path}`,
    (path) => path.slice(1),
    (path) => `*${path}`,
  ];
  return tasks.flatMap((path) => changes.map((change) => change(path)));
}

/** Targets put together at random, the same in every run. */
function generated(count) {
  const parts = ['/', '/', '/', 'api', 'ada', 'victim', 'tasks', '.', '..', '%2e', '%2F', '%2f', '\\', '%5C', '#', '?', ';', '%00', '%20', '%25', 'é', '%c3%a9', '~', '//', 'http://x', '%61', 'health']; // prettier-ignore
  let state = 1;
  const random = (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return Array.from({ length: count }, () => {
    const noise = Array.from({ length: 1 + random(4) }, () => parts[random(parts.length)]).join('');
    const target = ['/api/ada/tasks', '/api/victim/tasks', '/health', 'http://x/api/ada/tasks'][
      random(4)
    ];
    const at = random(target.length + 1);
    return target.slice(0, at) + noise + target.slice(at);
  }).filter((target) => !/\s/.test(target));
}

async function run(client) {
  for (let index = client; index < targets.length; index += 8) {
    await send(nginxPort, `nginx-${index}`, targets[index]);
    await send(haproxyPort, `haproxy-${index}`, targets[index]);
  }
}

/** Sends one request as it is written and waits for the end of its connection. */
async function send(to, id, target) {
  const socket = connect(to, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  socket.setTimeout(10_000, () => socket.destroy());
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`,
  );
  await once(socket, 'close');
}

/** The path of each request that was served, by its id: that of its route, with the user in it. */
function servedPaths() {
  const lines = serverLog.split('\n').filter((line) => line.includes('"requestId"'));
  return new Map(
    lines
      .map((line) => JSON.parse(line))
      .filter(({ status }) => status < 400)
      .map(({ requestId, route, userId }) => [requestId, route.replace(':user_id', () => userId)]),
  );
}

async function nginxPaths() {
  const lines = (await readFile(join(folder, 'paths.log'), 'utf8')).split('\n').filter(Boolean);
  return new Map(lines.map((line) => JSON.parse(line)).map(({ id, path }) => [id, path]));
}

function haproxyPaths() {
  const paths = [...haproxyLog.matchAll(/^path (\S+) ([\dA-F]*)$/gm)];
  return new Map(paths.map(([, id, hex]) => [id, Buffer.from(hex, 'hex').toString()]));
}

async function startNginx() {
  const config = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  await writeFile(
    config,
    `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log /dev/null;
events {}
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  log_format path escape=json '{"id":"$http_x_request_id","path":"$uri"}';
  access_log ${folder}/paths.log path;
  server {
    listen 127.0.0.1:${nginxPort};
    location /api/victim/ { return 403; }
    location / { proxy_pass http://127.0.0.1:${port}; }
  }
}
`,
  );
  start('nginx', ['-c', config, '-p', folder, '-e', '/dev/null']);
  await listening(nginxPort);
}

async function startHaproxy() {
  const config = join(folder, 'haproxy.cfg');
  await writeFile(
    config,
    `global
  log stdout format raw daemon
defaults
  mode http
  timeout connect 5s
  timeout client 15s
  timeout server 15s
frontend all
  bind 127.0.0.1:${haproxyPort}
  log global
  http-request set-var(txn.id) req.hdr(x-request-id)
  http-request set-var(txn.path) path,url_dec,hex
  log-format "path %[var(txn.id)] %[var(txn.path)]"
  http-request deny if { path,url_dec -m beg /api/victim/ }
  default_backend tasks
backend tasks
  server tasks 127.0.0.1:${port}
`,
  );
  start('haproxy', ['-db', '-f', config]).stdout.on('data', (lines) => (haproxyLog += lines));
  await listening(haproxyPort);
}

/** Ends those that still run, the last started first. */
async function endPrograms() {
  for (const program of programs.splice(0)) {
    if (program.exitCode !== null || program.signalCode !== null) continue;
    program.kill('SIGTERM');
    await once(program, 'close');
  }
}

function start(command, args, environment = {}) {
  const program = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.unshift(program);
  return program;
}

async function listening(to) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const probe = connect(to, '127.0.0.1');
    const isThere = await once(probe, 'connect').then(
      () => true,
      () => false,
    );
    probe.destroy();
    if (isThere) return;
    assert(Date.now() < deadline, `nobody listens on ${to} after 20 s`);
    await sleep(50);
  }
}

async function ready(url) {
  const deadline = Date.now() + 60_000;
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    assert(Date.now() < deadline, 'the server is not ready after 60 s');
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
