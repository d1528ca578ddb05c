import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { DataFolderError } from './data-folder-error.js';
import { Cluster } from './cluster.js';
import { takeLock } from './folder-lock.js';

/** How long a start waits for a PostgreSQL that is starting, recovering or stopping. */
const PATIENCE_MS = 10_000;
const POLL_MS = 100;
const HEAL_MS = 1_000;

export interface Options {
  /** Of the application's role and of its database: lower-case letters, digits, underscores. */
  readonly name: string;
  /** Hears that PostgreSQL was taken over, is gone, is back or could not be stopped. */
  readonly logger: Pick<Console, 'error' | 'log' | 'warn'>;
}

/**
 * The PostgreSQL that a server brings along. It runs as a process of its own, keeps its data in one
 * folder and listens on 127.0.0.1 alone. A server holds a session lock in it for as long as it
 * lives, so that a folder has one server at a time, and a PostgreSQL without a lock is one that a
 * killed server has left behind.
 */
export class EmbeddedPostgres {
  private lock: Client | undefined;
  private healing: Promise<void> = Promise.resolve();
  private stopped: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  private constructor(
    private readonly cluster: Cluster,
    private readonly port: number,
    lock: Client,
    private readonly logger: Options['logger'],
  ) {
    this.hold(lock);
  }

  /**
   * Starts the PostgreSQL whose data lies below `dataDir`, after creating it there where there is
   * none, or takes over the one which a killed server has left running. A lost PostgreSQL is
   * restarted on the same port until `stop()`.
   *
   * @throws DataFolderError when another server uses the folder, or the folder cannot be used
   */
  static async start(dataDir: string, { name, logger }: Options): Promise<EmbeddedPostgres> {
    const cluster = await Cluster.open(dataDir, name);
    const giveUp = Date.now() + PATIENCE_MS;
    let started = false;
    let reason = 'it does not answer';
    do {
      const running = await cluster.postmaster();
      try {
        if (running) {
          const lock = await takeLock(cluster, running.port);
          if (!started)
            logger.warn(`Took over PostgreSQL (process ${running.pid}), which had no server`);
          return new EmbeddedPostgres(cluster, running.port, lock, logger);
        }
      } catch (error) {
        if (error instanceof DataFolderError) throw error;
        reason = String(error);
      }
      if (await cluster.start(await freePort())) started = true;
      else await sleep(POLL_MS);
    } while (Date.now() < giveUp);
    if (started) await cluster.stop();
    throw new DataFolderError(
      `The PostgreSQL of the data folder ${cluster.dataDir} does not let the server in: ${reason}. ` +
        `If no PostgreSQL is running there, delete ${cluster.pidFile}; or choose another folder.`,
    );
  }

  /** The connection string, which stays the same when PostgreSQL is restarted. */
  get url(): string {
    return this.cluster.url(this.port);
  }

  /** Shuts PostgreSQL down and waits for it; a failure is logged. Further calls wait as well. */
  stop(): Promise<void> {
    this.stopped ??= this.shutDown();
    return this.stopped;
  }

  /** The same for `process.on('exit')`, where no promise is waited for: it blocks, for 5 s at most. */
  stopSync(): void {
    this.stopping.abort();
    if (this.lock) this.cluster.stopSync();
  }

  private async shutDown(): Promise<void> {
    this.stopping.abort();
    await this.healing;
    // Without the lock, whatever runs in the folder by now is not ours to stop.
    const { lock } = this;
    if (!lock) return;
    try {
      // The lock is kept meanwhile, so that no other server takes over what is about to end.
      await this.cluster.stop();
    } catch (error) {
      this.logger.error(`PostgreSQL could not be stopped: ${String(error)}`);
    }
    await lock.end();
  }

  private hold(lock: Client): void {
    this.lock = lock;
    lock.once('end', () => {
      this.lock = undefined;
      if (!this.stopping.signal.aborted) this.healing = this.heal();
    });
  }

  /** Brings PostgreSQL and the lock back, however long that takes. */
  private async heal(): Promise<void> {
    const { signal } = this.stopping;
    this.logger.error('PostgreSQL is gone, restarting it');
    // What this has started gets its lock even while stopping, since only then it is stopped too.
    for (let started = false; started || !signal.aborted;) {
      try {
        const running = await this.cluster.postmaster();
        if (running?.port !== this.port) throw new Error('PostgreSQL is not running');
        this.hold(await takeLock(this.cluster, this.port));
        this.logger.log('PostgreSQL is back');
        return;
      } catch {
        started = !signal.aborted && (await this.cluster.start(this.port).catch(() => false));
        if (!started) await sleep(HEAL_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
