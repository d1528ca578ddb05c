import { createHash } from 'node:crypto';

/** SHA-256 of what a request asks for: the same whatever the order of the fields, in nested objects, too. */
export function digestOf(content: object): Buffer {
  const text = JSON.stringify(content, (_, value: unknown) => inOrder(value));
  return createHash('sha256').update(text).digest();
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
