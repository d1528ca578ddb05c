import { UsageError } from './options.js';

/**
 * Lets a run end in order when it is interrupted: what was started is stopped, and the database dropped.
 *
 * @returns {AbortSignal} aborted by Ctrl-C, by the end of the terminal, and by `kill`
 */
export function interruption() {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => controller.abort(new UsageError(`interrupted by ${signal}`)));
  }
  return controller.signal;
}
