import { constants, fstatSync, openSync } from 'node:fs';

/**
 * Standard output (1) or standard error (2) such that a write never waits for the reader: it is EAGAIN.
 *
 * Whether writes wait is a property of the open file (open(2)), which all processes share that have
 * inherited it, and each that is started makes them wait again. So a pipe or a terminal is opened once
 * more, for this process alone. A socket cannot be; Node makes it non-blocking for all who share it.
 * A file never makes anybody wait for a reader, and has its position in the open file.
 */
export function nonBlocking(fd: 1 | 2): number {
  const kind = fstatSync(fd);
  if (kind.isFile()) return fd;
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return (fd === 1 ? process.stdout : process.stderr).fd;
  }
}
