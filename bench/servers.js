import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** This service as it ships, in one process; what else it can be told has its default. */
const app = {
  name: 'app',
  label: 'this service',
  main: join(root, 'dist/src/main.js'),
  environment: { LOG_LEVEL: 'info', WEB_CONCURRENCY: '1' },
};

const floor = { name: 'floor', label: 'floor', main: join(root, 'bench/peers/floor.js') };

/** Every server that can be compared. The second floor shows how much two equal servers differ. */
export const definitions = [
  app,
  floor,
  { ...floor, name: 'floor2', label: 'floor, copy' },
  { name: 'express', label: 'Express + pg', main: join(root, 'bench/peers/express.js') },
  {
    name: 'tutorial',
    label: 'Nest, tutorial',
    main: join(root, 'dist/bench/peers/tutorial/main.js'),
  },
];

/**
 * The service once more, from another checkout or with other settings, as `--also` names it.
 *
 * @param {string} text like `before=../other-checkout` or `five=.,DATABASE_POOL_SIZE=5`
 */
export function variantOfApp(text) {
  const [, name, folder, settings] = /^([\w-]+)=([^,]+),?(.*)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const own = settings.split(',').filter(Boolean);
  return {
    name,
    label: name,
    main: join(resolve(folder), 'dist/src/main.js'),
    environment: {
      ...app.environment,
      ...Object.fromEntries(own.map((one) => one.split(/=(.*)/))),
    },
  };
}

/** A running server. */
export class Server {
  /** Milliseconds from the start of the process to its first answer. */
  startMs = 0;

  constructor(definition, port, child, log) {
    Object.assign(this, { ...definition, port, child, log });
  }

  get pid() {
    return this.child.pid;
  }

  /**
   * Starts a server and waits until it answers a request with 200.
   *
   * @param {string} databaseUrl
   * @param {string} folder where it works and where its output goes
   * @param {string} path what to ask it
   */
  static async start(definition, databaseUrl, folder, path) {
    const port = await freePort();
    const log = join(folder, `${definition.name}.log`);
    const output = openSync(log, 'a');
    const { PATH = '', SystemRoot = '' } = process.env;
    const began = performance.now();
    const child = spawn(process.execPath, [definition.main], {
      cwd: folder,
      env: {
        PATH,
        ...(SystemRoot && { SystemRoot }),
        NODE_ENV: 'production',
        PORT: String(port),
        DATABASE_URL: databaseUrl,
        ...definition.environment,
      },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const server = new Server(definition, port, child, log);
    running.add(server);
    await server.#answers(path);
    server.startMs = performance.now() - began;
    return server;
  }

  /** Ends the process and waits for it. */
  async stop() {
    running.delete(this);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(timer);
  }

  async #answers(path) {
    const client = new Client(this.port);
    try {
      for (const giveUp = Date.now() + 20_000; Date.now() < giveUp; await sleep(5)) {
        if (this.child.exitCode !== null) break;
        const answer = await client.send({ method: 'GET', path }).catch(() => undefined);
        if (answer?.status === 200) return;
      }
    } finally {
      client.close();
    }
    const output = readFileSync(this.log, 'utf8').slice(-2_000);
    throw new Error(`${this.label} does not answer. Its output ends with:\n${output}`);
  }
}

const running = new Set();

/** Ends every server that still runs. */
export async function stopAll() {
  await Promise.all([...running].map((server) => server.stop()));
}

// Whatever ends this process takes the servers along.
process.on('exit', () => {
  for (const { child } of running) child.kill('SIGKILL');
});

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
