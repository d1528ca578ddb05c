import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastPaths } from './fast-paths.js';

/** A TCP port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The built server as a process of its own, as `npm run start:prod` runs it. */
export class ServerProcess {
  output = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor(
    readonly port: number,
    environment: Record<string, string>,
    { cwd, stdio }: { readonly cwd?: string; readonly stdio?: StdioOptions } = {},
  ) {
    const main = new URL('../../dist/src/main.js', import.meta.url).pathname;
    const { PATH = '' } = process.env;
    this.child = spawn(process.execPath, [decodeURIComponent(main)], {
      env: { PATH, PORT: String(port), ...fastPaths, ...environment },
      ...(cwd !== undefined && { cwd }),
      ...(stdio !== undefined && { stdio }),
    });
    this.child.stdout?.on('data', (chunk) => (this.output += String(chunk)));
    this.child.stderr?.on('data', (chunk) => (this.output += String(chunk)));
    this.exited = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Waits until the server is ready for requests, at most a minute. */
  async ready(): Promise<this> {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline) {
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok) return this;
      await sleep(50);
    }
    throw new Error(`the server is not ready: ${this.output}`);
  }

  /** The exit code, once the process has ended. */
  exit(): Promise<number | null> {
    return this.exited;
  }

  /** Ends the process and waits for it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}
