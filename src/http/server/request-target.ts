import type { IncomingMessage, RequestListener } from 'node:http';
import type { Express } from 'express';
import { refuse } from './protocol-errors.js';
import { isDecodable } from './strict-encoding.js';

/** Visible ASCII without `#` and `\`: with a `#` in it, Express would read `\` as `/`. */
const PLAIN = /^[!-"$-[\]-~]+$/;

/** Scheme and authority of the absolute form, without user information. RFC 9110, section 4.2.4. */
const ORIGIN = /^https?:\/\/(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d*)?(?=[/?]|$)/i;

/** `.` or `..` as a whole segment, plain or encoded: a proxy may resolve it, the service would not. */
const DOT_SEGMENT = /(?:\/|%2f)(?:\.|%2e){1,2}(?:\/|%2f|$)/i;

/** Two slashes in a row of which one is encoded: a proxy may merge them, a user id would keep both. */
const EMPTY_SEGMENT = /%2f(?:\/|%2f)|\/%2f/i;

/**
 * Passes requests on with their target in origin form, before anything has read it, and refuses with
 * `BAD_REQUEST` those whose path a proxy in front could understand differently: rules on paths there
 * have to mean what is served here. RFC 9112, section 3.2.
 */
export function withPlainTargets(app: Express): RequestListener {
  return (request, response) => {
    const target = originFormOf(request);
    if (target === undefined || !hasOneHost(request)) {
      refuse(response, 'BAD_REQUEST');
      return;
    }
    request.url = target;
    app(request, response);
  };
}

function originFormOf({ method, url = '' }: IncomingMessage): string | undefined {
  if (!PLAIN.test(url)) return undefined;
  if (url === '*') return method === 'OPTIONS' ? url : undefined;
  const target = url.startsWith('/') ? url : fromAbsoluteForm(url);
  return target === undefined || isAmbiguous(target) ? undefined : target;
}

function fromAbsoluteForm(url: string): string | undefined {
  const origin = ORIGIN.exec(url)?.[0];
  if (origin === undefined) return undefined;
  const rest = url.slice(origin.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function isAmbiguous(target: string): boolean {
  const [path = ''] = target.split('?', 1);
  return DOT_SEGMENT.test(path) || EMPTY_SEGMENT.test(path) || !isDecodable(path);
}

/**
 * Whether there is one `Host`, or none before HTTP/1.1. node:http keeps the first of two, where a proxy may
 * have gone by the other. RFC 9112, section 3.2.
 */
function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const isHost = (text: string, at: number) => at % 2 === 0 && /^host$/i.test(text);
  const hosts = rawHeaders.filter(isHost).length;
  return hosts === 1 || (hosts === 0 && httpVersion !== '1.1');
}
