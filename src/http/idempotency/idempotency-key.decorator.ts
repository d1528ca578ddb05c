import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../errors/app-error.js';
import { fromHeaders } from '../validation/request-headers.js';

/** Gives a route the client's key for "this is the same request": `@IdempotencyKeyHeader() key?: string`. */
export const IdempotencyKeyHeader = fromHeaders(readKey, {
  name: 'Idempotency-Key',
  description:
    'The same key with the same content, by the same user, within 24 hours: the first answer again, ' +
    'and nothing is created twice. A new UUID for every create is a good key',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$', minLength: 1, maxLength: 255 },
  example: '0b6a1c2e-6f0e-4a39-8f0e-5b7a4a3f9a10',
});

/** @throws AppError `VALIDATION_ERROR` for anything but 1 to 255 visible ASCII characters */
function readKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  // Given twice, Node joins the two with ", ", and a key has no space.
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw AppError.validation([
    {
      field: 'Idempotency-Key',
      message: 'Idempotency-Key must be 1 to 255 visible ASCII characters, without spaces',
    },
  ]);
}
