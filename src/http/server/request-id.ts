import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A client's own id is kept if it cannot break a log line or a header. */
const ACCEPTABLE = /^[\x21-\x7E]{1,128}$/;

/** The `X-Request-Id` of a request, by which a client and a log line can speak of the same one. */
export function requestIdOf(request: IncomingMessage): string {
  const own = request.headers['x-request-id'];
  return typeof own === 'string' && ACCEPTABLE.test(own) ? own : randomUUID();
}
