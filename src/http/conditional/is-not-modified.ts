import type { Request, Response } from 'express';
import { includesTag } from './entity-tags.js';
import { preconditionsOf } from './preconditions.js';

/**
 * Whether the client already has the representation whose ETag the response bears. Express's own
 * `request.fresh` would say no to `Cache-Control: no-cache`, which fetch adds to each such request.
 * https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
export function isNotModified(request: Request, response: Response): boolean {
  const { ifNoneMatch } = preconditionsOf(request.headers);
  const tag = response.get('ETag')?.slice(1, -1);
  return ifNoneMatch !== undefined && tag !== undefined && includesTag(ifNoneMatch, tag);
}
