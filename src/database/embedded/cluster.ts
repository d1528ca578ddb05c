import * as fs from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { locateBinaries } from './binaries.js';
import { createCluster } from './create-cluster.js';
import { dataFolderError } from './data-folder-error.js';
import { giveTo, unprivilegedUser } from './os-user.js';
import { Programs } from './programs.js';

const MAX_LOG_BYTES = 5 * 1024 * 1024;

// pg_ctl passes its paths through a shell, so they are relative to the folder it runs in.
const STOP = ['stop', '--pgdata=cluster', '--silent', '--mode=fast'];
const START = ['start', '--pgdata=cluster', '--silent', '--timeout=300'];

// The log leaves out ERROR, which quotes people's data and which the application reports itself.
const settings = (port: number) =>
  `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c log_min_messages=log`;

/**
 * The PostgreSQL cluster of one data folder: `postgres/cluster` below it, with its password and log
 * beside it (https://www.postgresql.org/docs/18/creating-cluster.html).
 */
export class Cluster {
  private constructor(
    readonly dataDir: string,
    private readonly home: string,
    private readonly password: string,
    private readonly programs: Programs,
  ) {}

  /**
   * Opens the cluster below `dataDir`, and makes folder and cluster where there is none yet.
   *
   * @throws StartupError when the folder or PostgreSQL's programs cannot be used
   */
  static async open(dataDir: string): Promise<Cluster> {
    const binaries = await locateBinaries();
    const folder = resolve(dataDir);
    const home = join(folder, 'postgres');
    try {
      await fs.mkdir(folder, { recursive: true });
      const user = await unprivilegedUser(folder, home, binaries.postgres);
      const programs = new Programs(home, binaries, user);
      const own = async (path: string) => user && giveTo(user, path);
      const owner = await fs.stat(home).catch(() => undefined);
      if (!owner) await createCluster(home, programs, own);
      else if (owner.uid !== user?.uid) await own(home);
      const password = await fs.readFile(join(home, 'password'), 'utf8');
      return new Cluster(folder, home, password, programs);
    } catch (error) {
      throw dataFolderError(folder, error);
    }
  }

  /** The connection string of the application's role at `port`. */
  url(port: number): string {
    return `postgres://tasks:${this.password}@127.0.0.1:${port}/tasks`;
  }

  /** What postmaster.pid says; it outlives a PostgreSQL that was killed. */
  async postmaster(): Promise<{ pid: number; port: number } | undefined> {
    const text = await fs.readFile(this.pidFile, 'utf8').catch(() => '');
    const [pid, , , port] = text.split('\n').map(Number);
    return pid && port ? { pid, port } : undefined;
  }

  /**
   * Starts PostgreSQL and waits until it takes connections; recovery after a crash may last 300 s.
   *
   * @returns false when another process holds the folder or the port just now: try again
   * @throws StartupError when trying again is of no use
   */
  async start(port: number): Promise<boolean> {
    try {
      const { log } = this.programs;
      const { size } = await fs.stat(log).catch(() => ({ size: 0 }));
      if (size > MAX_LOG_BYTES) await fs.rename(log, `${log}.1`);
      await this.programs.run('pg_ctl', [...START, `--options=${settings(port)}`]);
      return true;
    } catch (error) {
      const held = /lock file .* already exists|TCP\/IP sockets|shared memory|file .* is empty/;
      if (!held.test(String(error))) throw dataFolderError(this.dataDir, error);
      await this.forgetStalePostmaster();
      return false;
    }
  }

  /** Ends all connections, writes everything to disk and waits for that (fast shutdown). */
  stop(): Promise<void> {
    return this.programs.run('pg_ctl', STOP);
  }

  /** The same for a process that is about to exit. */
  stopSync(): void {
    this.programs.runSync('pg_ctl', STOP);
  }

  get pidFile(): string {
    return join(this.home, 'cluster', 'postmaster.pid');
  }

  /**
   * Removes a postmaster.pid whose number the system has given to another program since, as happens
   * in containers, where numbers repeat: PostgreSQL itself would refuse to start for ever. Where
   * there is no /proc it stays.
   */
  private async forgetStalePostmaster(): Promise<void> {
    const { pid } = (await this.postmaster()) ?? {};
    const command = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres');
    const [program = ''] = command.split('\0');
    if (!basename(program).startsWith('postgres')) await fs.rm(this.pidFile, { force: true });
  }
}
