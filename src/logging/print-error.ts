import { writeSync } from 'node:fs';
import { escapeInvisible } from './escape-invisible.js';
import { nonBlocking } from './non-blocking.js';

/** Says on standard error what no log can say yet. Nobody waits until it has been read. */
export function printError(text: string): void {
  try {
    writeSync(nonBlocking(2), escapeInvisible(`${text}\n`));
  } catch {
    // Nobody can be told.
  }
}
