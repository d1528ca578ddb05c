import { randomUUID } from 'node:crypto';

const MOST_IN_A_MILLISECOND = 0xfff;

let milliseconds = 0;
let count = 0;

/**
 * A UUIDv7 that is greater than all this process has made before: the time in milliseconds, a counter of
 * 12 bits and 62 random ones. RFC 9562, sections 5.7 and 6.2 (method 1). The bits come from Node's pool,
 * which makes it a twentieth of the processor time of creating a task cheaper than asking for bytes.
 */
export function newTaskId(): string {
  const now = Date.now();
  if (now > milliseconds) {
    milliseconds = now;
    count = 0;
  } else if (count < MOST_IN_A_MILLISECOND) {
    count += 1;
  } else {
    // The clock runs ahead of itself rather than backwards.
    milliseconds += 1;
    count = 0;
  }
  const time = milliseconds.toString(16).padStart(12, '0');
  const counter = count.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${randomUUID().slice(19)}`;
}
