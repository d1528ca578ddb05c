import { parse, type ParsedUrlQuery } from 'node:querystring';
import { AppError } from '../../errors/app-error.js';

/** @throws AppError `BAD_REQUEST` for a `%` that is not followed by the encoding of UTF-8 */
export function assertEncoding(text: string): void {
  if (!text.includes('%')) return;
  try {
    decodeURIComponent(text);
  } catch (error) {
    throw new AppError('BAD_REQUEST', { cause: error });
  }
}

/**
 * Express's `query parser`: flat, of any number of parameters, and strict. Node's own would put U+FFFD in
 * place of what cannot be decoded, and pass over all parameters beyond a thousand.
 *
 * @throws AppError `BAD_REQUEST`
 */
export function parseQuery(query: string | null | undefined): ParsedUrlQuery {
  assertEncoding(query ?? '');
  return parse(query ?? '', '&', '=', { maxKeys: 0 });
}
