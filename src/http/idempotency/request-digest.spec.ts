import { describe, expect, it } from '@jest/globals';
import { digestOf } from './request-digest.js';

const batch = { atomic: true, operations: [{ kind: 'create', task: { title: 'x', done: true } }] };

describe('the digest of a request', () => {
  it('is the same whatever the order of the fields, however deep', () => {
    const other = {
      operations: [{ task: { done: true, title: 'x' }, kind: 'create' }],
      atomic: true,
    };
    expect(digestOf(other)).toEqual(digestOf(batch));
    expect(digestOf(batch)).toHaveLength(32);
  });

  it.each<object>([
    { ...batch, atomic: false },
    { operations: batch.operations },
    { ...batch, operations: [...batch.operations, ...batch.operations] },
    { ...batch, operations: [{ kind: 'create', task: { title: 'x', done: 'true' } }] },
    { ...batch, operations: [{ kind: 'create', task: { title: 'x', done: null } }] },
    {},
  ])('is another one for %j', (other) => {
    expect(digestOf(other)).not.toEqual(digestOf(batch));
  });

  it('is another one for another order of an array', () => {
    expect(digestOf({ ids: ['a', 'b'] })).not.toEqual(digestOf({ ids: ['b', 'a'] }));
  });
});
