import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/**
 * Requests and responses that are born as Express's own. Express gives every one of them its prototype
 * anew, which costs V8 what it knows of their shape: docs/performance.md has the figure. Here they
 * have that prototype already, so that setting it changes nothing.
 */
export function expressMessages(app: Express) {
  class Request extends IncomingMessage {}
  class Response<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {}
  app.request = Object.setPrototypeOf(Request.prototype, app.request) as Express['request'];
  app.response = Object.setPrototypeOf(Response.prototype, app.response) as Express['response'];
  return { IncomingMessage: Request, ServerResponse: Response };
}
