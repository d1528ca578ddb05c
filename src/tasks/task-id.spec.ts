import { describe, expect, it } from '@jest/globals';
import { newTaskId } from './task-id.js';

describe('newTaskId', () => {
  it('makes UUIDs of version 7 and the variant of RFC 9562', () => {
    expect(newTaskId()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('begins them with the time in milliseconds', () => {
    const before = Date.now();
    const time = Number.parseInt(newTaskId().replace('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now() + 1);
  });

  it('makes each greater than the last, also more than 4,096 in a millisecond', () => {
    const ids = Array.from({ length: 50_000 }, newTaskId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
