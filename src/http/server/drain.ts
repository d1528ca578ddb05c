import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { refuse } from './protocol-errors.js';

/** Idle connections are cut this long after the drain began: their next request may be on its way. */
const IDLE_MS = 500;
/** Requests whose bodies have not arrived by then are answered with 408. */
const BODIES_MS = 6_000;
/** All others are cut then: what is not finished by now never will be. */
const ALL_MS = 6_500;

/** Ends an HTTP server without breaking a promise: everything that was received is answered. */
export class Drain {
  private closed?: Promise<unknown>;

  constructor(
    private readonly server: Server,
    private readonly latest: ReadonlyMap<Duplex, ServerResponse>,
  ) {
    server.prependListener('request', (_request, response: ServerResponse) => {
      if (this.closed) endConnectionAfter(response);
    });
  }

  /** Stops listening at once; every answer from now on is its connection's last. */
  begin(): void {
    if (!this.server.listening) return;
    this.closed = once(this.server, 'close');
    // http.Server's own close() would cut idle connections while requests are on their way to them.
    NetServer.prototype.close.call(this.server);
    this.latest.forEach(endConnectionAfter);
    setTimeout(() => {
      this.server.closeIdleConnections();
    }, IDLE_MS).unref();
    setTimeout(() => {
      this.latest.forEach(refuseUnfinished);
    }, BODIES_MS).unref();
    setTimeout(() => {
      this.server.closeAllConnections();
    }, ALL_MS).unref();
  }

  /** Resolves when the last connection has ended, at most 6.5 s after the beginning. */
  async finish(): Promise<void> {
    this.begin();
    await this.closed;
  }
}

function endConnectionAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
}

function refuseUnfinished(response: ServerResponse): void {
  if (!response.req.complete && !response.headersSent) refuse(response, 'REQUEST_TIMEOUT');
}
