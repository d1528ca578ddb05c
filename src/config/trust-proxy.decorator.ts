import { isIP } from 'node:net';
import { ValidateBy, type ValidationOptions } from 'class-validator';

const NAMED = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** What Express takes as `trust proxy`: a number of hops, or addresses, networks and named ranges. */
export function IsTrustProxy(options: ValidationOptions): PropertyDecorator {
  return ValidateBy({ name: 'isTrustProxy', validator: { validate: isTrustProxy } }, options);
}

function isTrustProxy(value: unknown): boolean {
  if (typeof value === 'number') return value <= 16;
  return typeof value === 'string' && value.split(',').every((part) => isRange(part.trim()));
}

function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  return (
    NAMED.has(text) ||
    (isIP(address) !== 0 &&
      rest.length === 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
  );
}
