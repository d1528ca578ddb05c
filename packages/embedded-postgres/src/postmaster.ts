import { readFile, stat } from 'node:fs/promises';

/** A PostgreSQL: the number of its first process, and where it listens on 127.0.0.1. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** What a postmaster.pid says; it outlives a PostgreSQL that was killed. */
export async function readPostmaster(pidFile: string): Promise<Postmaster | undefined> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n').map(Number);
  return pid && port ? { pid, port } : undefined;
}

/**
 * Whether a process is the PostgreSQL of `folder`, run by the OS user `uid`. The number in a stale
 * postmaster.pid may be another program's by now, above all in containers, where numbers repeat.
 *
 * What the system does not tell speaks for the process: there is no /proc outside of Linux, and
 * root may be without CAP_SYS_PTRACE. Who listens on its port has to prove itself in any case.
 */
export async function isPostmaster(
  pid: number,
  folder: string,
  uid: number | undefined,
): Promise<boolean> {
  if (!isRunning(pid)) return false;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  if (status === undefined) return true;
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1];
  // Z: it has ended, and its parent has not been told yet.
  if (field('Name') !== 'postgres' || field('State') === 'Z') return false;
  if (Number(field('Uid')) !== uid) return false;
  const worksIn = await stat(`/proc/${pid}/cwd`).catch(() => undefined);
  const { dev, ino } = await stat(folder);
  return worksIn === undefined || (worksIn.dev === dev && worksIn.ino === ino);
}

/** Another user's process does not count: PostgreSQL itself takes no notice of it either. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
