import { parse, type ParsedUrlQuery } from 'node:querystring';
import { AppError } from '../../errors/app-error.js';

/** Whether each `%` begins the encoding of a character in UTF-8. */
export function isDecodable(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Express's `query parser`: flat, of any number of parameters, and strict. Node's own would put U+FFFD in
 * place of what cannot be decoded, and pass over all parameters beyond a thousand.
 *
 * @throws AppError `BAD_REQUEST`
 */
export function parseQuery(query: string | null | undefined): ParsedUrlQuery {
  if (!isDecodable(query ?? '')) throw new AppError('BAD_REQUEST');
  return parse(query ?? '', '&', '=', { maxKeys: 0 });
}
