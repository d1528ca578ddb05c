import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../errors/app-error.js';

/** A place in a list: the item that came last. */
export interface Position {
  /** Its value of what the list is sorted by; a time is RFC 3339 with milliseconds. */
  readonly key: string | number;
  readonly id: string;
}

const SIGNATURE_BYTES = 16;
const ID_BYTES = 16;

/**
 * Writes a position as text for clients to hand back: a signature, the id, and the sort key. The
 * signature binds it to one list, so that a cursor that was cut, changed, made up or made for another
 * list is noticed.
 *
 * @param list says which list it is: whose, filtered and ordered how
 */
export function encodeCursor(secret: Buffer, list: string, { key, id }: Position): string {
  const position = Buffer.concat([
    Buffer.from(id.replaceAll('-', ''), 'hex'),
    Buffer.from(String(key)),
  ]);
  return Buffer.concat([sign(secret, list, position), position]).toString('base64url');
}

/** @throws AppError `VALIDATION_ERROR` for a text that is no cursor of this list */
export function decodeCursor(secret: Buffer, list: string, cursor: string): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(SIGNATURE_BYTES);
  if (
    bytes.toString('base64url') !== cursor ||
    position.length <= ID_BYTES ||
    !timingSafeEqual(sign(secret, list, position), bytes.subarray(0, SIGNATURE_BYTES))
  ) {
    throw AppError.validation([
      {
        field: 'cursor',
        message: 'cursor must be a next_cursor of the same list: same user, filters and sort',
      },
    ]);
  }
  return { id: position.toString('hex', 0, ID_BYTES), key: position.toString('utf8', ID_BYTES) };
}

/** https://www.rfc-editor.org/rfc/rfc2104: a truncated HMAC is as hard to guess as it is long. */
function sign(secret: Buffer, list: string, position: Buffer): Buffer {
  return createHmac('sha256', secret)
    .update(`${Buffer.byteLength(list)} ${list}`)
    .update(position)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}
