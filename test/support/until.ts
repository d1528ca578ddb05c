import { expect } from '@jest/globals';
import { pause } from './breakable-postgres.js';

const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/** Waits until something is so, at most a minute. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const giveUp = Date.now() + PATIENCE_MS; Date.now() < giveUp; await pause(POLL_MS)) {
    if (await isSo()) return;
  }
  expect(await isSo()).toBe(true);
}
