import type { IncomingMessage, ServerResponse } from 'node:http';
import { v7 as uuidv7 } from 'uuid';

/** A client's own id is kept if it cannot break a log line or a header. */
const ACCEPTABLE = /^[\x21-\x7E]{1,128}$/;

/** Gives every answer an `X-Request-Id`, so that a client and a log line can speak of the same request. */
export function requestId(request: IncomingMessage, response: ServerResponse, next: () => void) {
  const own = request.headers['x-request-id'];
  response.setHeader(
    'X-Request-Id',
    typeof own === 'string' && ACCEPTABLE.test(own) ? own : uuidv7(),
  );
  next();
}
