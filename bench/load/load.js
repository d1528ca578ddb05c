import { Autocannon } from './autocannon.js';
import { isInstalled, Wrk } from './wrk.js';

/**
 * What a load generator saw.
 *
 * @typedef {object} Load
 * @property {number} requests answers that arrived whole
 * @property {number} seconds how long it took
 * @property {number} p50 the median of the answers' times, in milliseconds
 * @property {number} p99 the time, in milliseconds, that 99 % of the answers did not exceed
 * @property {number} failed answers with another status than the scenario's
 * @property {number} broken errors of sockets and requests without an answer
 */

/** wrk where it is installed, since it takes less of the machine from the server; autocannon elsewhere. */
export async function chooseGenerator(folder, wanted) {
  const name = wanted ?? ((await isInstalled()) ? 'wrk' : 'autocannon');
  return name === 'wrk' ? new Wrk(folder) : new Autocannon();
}
