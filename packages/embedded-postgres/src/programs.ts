import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { spawnedAs, type OsUser } from './os-user.js';

/** Below this many free bytes, a program that failed without a word has failed for want of space. */
const FULL_DISK_BYTES = 16 * 1024 * 1024;

// Nothing of the host's language or time zone gets into a cluster or into what is read from the log.
const env = { LC_ALL: 'C', TZ: 'UTC' };

/** Runs PostgreSQL's programs inside one folder and as one OS user, and keeps what they write. */
export class Programs {
  readonly log: string;

  constructor(
    private readonly folder: string,
    private readonly binaries: Binaries,
    private readonly user: OsUser | undefined,
  ) {
    this.log = join(folder, 'postgres.log');
  }

  /** The same programs and user in another folder. */
  in(folder: string): Programs {
    return new Programs(folder, this.binaries, this.user);
  }

  /**
   * Runs a program to its end; whatever it starts in the background goes on.
   *
   * @throws Error whose message is the one line that says why it failed
   */
  async run(program: keyof Binaries, args: readonly string[], input = ''): Promise<void> {
    // As root this file is in a folder of someone else's, so it may not be a link to one of root's.
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
    const log = await open(this.log, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
    try {
      if (this.user) await log.chown(this.user.uid, this.user.gid);
      const { size } = await log.stat();
      const { command, options, args: all } = this.spawned(program, args);
      const child = spawn(command, all, { ...options, stdio: ['pipe', log.fd, log.fd] });
      // A program that fails early does not read its input: its exit code says enough.
      child.stdin?.on('error', () => undefined).end(input);
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(await this.reason(size, `${program} ended with ${code}`));
    } finally {
      await log.close();
    }
  }

  /** Runs a program to its end, whatever that is, in a process that is about to exit. */
  runSync(program: keyof Binaries, args: readonly string[]): void {
    const { command, options, args: all } = this.spawned(program, args);
    spawnSync(command, all, { ...options, stdio: 'ignore' });
  }

  private spawned(program: keyof Binaries, args: readonly string[]) {
    const { command, args: all, ids } = spawnedAs(this.user, this.binaries[program], args);
    return { command, args: all, options: { ...ids, env, cwd: this.folder, windowsHide: true } };
  }

  /** What the log has said since it had `size` bytes; a full disk may have kept it from saying it. */
  private async reason(size: number, otherwise: string): Promise<string> {
    const output = (await readFile(this.log)).subarray(size).toString();
    const reason = reasonIn(output);
    if (reason !== undefined) return reason;
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize < FULL_DISK_BYTES ? 'No space left on device' : otherwise;
  }
}

/**
 * The line that says why a program failed, with its detail. Refused connections are passed over:
 * they concern clients of the server and not its start.
 */
function reasonIn(output: string): string | undefined {
  const [, reason, detail] =
    /(?:FATAL|PANIC): +(?! |the database system|password|terminating)(.+)(?:\n.*DETAIL: +(.+)\.)?/.exec(
      output,
    ) ??
    /(?:error|ERROR|pg_ctl): +(?!another server)(.+)/.exec(output) ??
    /(error while loading shared libraries.+|Library not loaded.+)/.exec(output) ??
    [];
  return detail === undefined ? reason : `${reason} (${detail})`;
}
