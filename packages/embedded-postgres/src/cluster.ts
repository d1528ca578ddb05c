import * as fs from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { locateBinaries } from './binaries.js';
import { createCluster } from './create-cluster.js';
import { dataFolderError } from './data-folder-error.js';
import { giveTo, unprivilegedUser } from './os-user.js';
import { isPostmaster, readPostmaster, type Postmaster } from './postmaster.js';
import { Programs } from './programs.js';

const MAX_LOG_BYTES = 5 * 1024 * 1024;

// pg_ctl passes its paths through a shell, so they are relative to the folder it runs in.
const STOP = ['stop', '--pgdata=cluster', '--silent', '--mode=fast'];
const START = ['start', '--pgdata=cluster', '--silent', '--timeout=300'];
// A PostgreSQL that takes longer to end does so without being waited for.
const STOP_SYNC = [...STOP, '--timeout=5'];

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
    private readonly name: string,
    private readonly home: string,
    private readonly uid: number | undefined,
    private readonly password: string,
    private readonly programs: Programs,
  ) {}

  /**
   * Opens the cluster below `dataDir`, and makes folder and cluster where there is none yet.
   *
   * @param name of the application's role and of its database: lower-case letters, digits, underscores
   * @throws DataFolderError when the folder or PostgreSQL's programs cannot be used
   */
  static async open(dataDir: string, name: string): Promise<Cluster> {
    const binaries = await locateBinaries();
    const folder = resolve(dataDir);
    const home = join(folder, 'postgres');
    try {
      await fs.mkdir(folder, { recursive: true });
      const user = await unprivilegedUser(folder, home, binaries.postgres);
      const programs = new Programs(home, binaries, user);
      const own = async (path: string) => user && giveTo(user, path);
      const owner = await fs.stat(home).catch(() => undefined);
      if (!owner) await createCluster(home, name, programs, own);
      else if (owner.uid !== user?.uid) await own(home);
      const password = await fs.readFile(join(home, 'password'), 'utf8');
      const uid = user?.uid ?? process.getuid?.();
      return new Cluster(folder, name, home, uid, password, programs);
    } catch (error) {
      throw dataFolderError(folder, error);
    }
  }

  /**
   * The connection string of the application's role at `port`. Its `require_auth` asks of the client
   * to give the password to nobody who listens there instead
   * (https://www.postgresql.org/docs/18/preventing-server-spoofing.html).
   */
  url(port: number): string {
    const { name, password } = this;
    return `postgres://${name}:${password}@127.0.0.1:${port}/${name}?require_auth=scram-sha-256`;
  }

  /** The cluster's PostgreSQL if it is running, or still starting or stopping. */
  async postmaster(): Promise<Postmaster | undefined> {
    const postmaster = await readPostmaster(this.pidFile);
    return postmaster && (await this.runs(postmaster)) ? postmaster : undefined;
  }

  /**
   * Starts PostgreSQL and waits until it takes connections; recovery after a crash may last 300 s.
   *
   * @returns false when another process holds the folder or the port just now: try again
   * @throws DataFolderError when trying again is of no use
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

  /** The same for a process that is about to exit, which does not wait longer than 5 s for it. */
  stopSync(): void {
    this.programs.runSync('pg_ctl', STOP_SYNC);
  }

  get pidFile(): string {
    return join(this.home, 'cluster', 'postmaster.pid');
  }

  /**
   * Removes a postmaster.pid whose number the system has given to another program since: PostgreSQL
   * itself would refuse to start for ever.
   */
  private async forgetStalePostmaster(): Promise<void> {
    const postmaster = await readPostmaster(this.pidFile);
    if (postmaster && !(await this.runs(postmaster))) await fs.rm(this.pidFile, { force: true });
  }

  private runs({ pid }: Postmaster): Promise<boolean> {
    return isPostmaster(pid, join(this.home, 'cluster'), this.uid);
  }
}
