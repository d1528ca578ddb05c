import { isUtf8 } from 'node:buffer';
import { AppError } from '../../errors/app-error.js';

/** Deeper JSON overflows the stack of those who walk it. */
const MAX_DEPTH = 32;

/** The first byte of a BOM; RFC 8259, section 8.1, wants none, and no JSON object begins with it. */
const BYTE_ORDER_MARK = 0xef;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * body-parser's `verify`: refuses a body that JSON.parse would take and that we cannot keep.
 *
 * @throws AppError `INVALID_JSON` for a body that is empty, no UTF-8, or nested more than 32 levels
 */
export function assertReadableJson(_request: unknown, _response: unknown, body: Buffer): void {
  if (
    body.length === 0 ||
    body[0] === BYTE_ORDER_MARK ||
    !isUtf8(body) ||
    depthOf(body) > MAX_DEPTH
  ) {
    throw new AppError('INVALID_JSON');
  }
}

/** How deep the brackets outside of strings are nested. */
function depthOf(json: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      depth -= 1;
    }
  }
  return deepest;
}
