import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Cluster } from '@tasks/embedded-postgres/cluster';
import { freePort } from './server.js';

/** A PostgreSQL of its own, to be broken on purpose. */
export class BreakablePostgres {
  private constructor(
    private readonly cluster: Cluster,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async create(): Promise<BreakablePostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'tasks-api-broken-'));
    const cluster = await Cluster.open(folder, 'tasks');
    return new BreakablePostgres(cluster, folder, await freePort());
  }

  get url(): string {
    return this.cluster.url(this.port);
  }

  async start(): Promise<void> {
    if (!(await this.cluster.start(this.port))) throw new Error('PostgreSQL does not start');
  }

  /** As `pg_ctl stop -m immediate`: every process is gone at once, recovery follows. */
  async crash(): Promise<void> {
    await this.signal('SIGQUIT');
    while ((await this.cluster.postmaster()) !== undefined) await pause(20);
  }

  /** As `pg_ctl restart -m immediate`. */
  async restart(): Promise<void> {
    await this.crash();
    await this.start();
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    const postmaster = await this.cluster.postmaster();
    if (postmaster) process.kill(postmaster.pid, signal);
  }

  /** Runs statements on one connection of the test's own, which stays open meanwhile. */
  async session<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client(this.url);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    await this.cluster.stop().catch(() => undefined);
    await rm(this.folder, { recursive: true });
  }
}

/** Waits for so many milliseconds. */
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
