import { readdirSync, readFileSync } from 'node:fs';

/** The unit of the times in /proc, which Linux gives in hundredths of a second on all usual machines. */
const TICK_SECONDS = 0.01;

/** Whether this system tells what a process uses. */
export const isUsageKnown = process.platform === 'linux';

/** Processor seconds that a process, all its threads and all its descendants have used so far. */
export function cpuSeconds(pid) {
  const ticks = family(pid).map(({ utime, stime, endedChildren }) => utime + stime + endedChildren);
  return ticks.reduce((sum, one) => sum + one, 0) * TICK_SECONDS;
}

/** Processor seconds of those of the processes that are PostgreSQL's and run on this machine. */
export function postgresCpuSeconds(pids) {
  const backends = pids.map(statOf).filter((stat) => stat?.name.startsWith('postgres'));
  return new Map(backends.map(({ id, utime, stime }) => [id, (utime + stime) * TICK_SECONDS]));
}

/**
 * Follows the resident memory of a process and its descendants.
 *
 * @returns {() => number} ends that and gives the peak, in MiB, of the process that had the most
 */
export function watchMemory(pid) {
  const members = family(pid);
  let peak = 0;
  const look = () => {
    for (const { id } of members) {
      const [, kiB = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${id}/status`)) ?? [];
      peak = Math.max(peak, Number(kiB) / 1024);
    }
  };
  const timer = setInterval(look, 250);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

/** A process and its descendants. */
function family(pid) {
  if (!isUsageKnown) return [];
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== undefined);
  const members = all.filter(({ id }) => id === pid);
  // The list grows while it is walked: children of children follow.
  for (const { id } of members) members.push(...all.filter(({ parent }) => parent === id));
  return members;
}

/** What /proc/<pid>/stat tells of a process, times in ticks: proc(5). Undefined when it has ended. */
function statOf(id) {
  const [, name, rest] = /\((.*)\) (.*)/s.exec(read(`/proc/${id}/stat`)) ?? [];
  if (name === undefined) return undefined;
  const fields = rest.split(' ').map(Number);
  const [utime, stime, cutime, cstime] = fields.slice(11, 15);
  return { id, name, parent: fields[1], utime, stime, endedChildren: cutime + cstime };
}

/** A file of /proc; nothing when its process has ended. */
function read(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
