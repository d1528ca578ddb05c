import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The response that each open connection has begun last: after it, the connection can end in order. */
export function latestResponses(server: Server): ReadonlyMap<Duplex, ServerResponse> {
  const latest = new Map<Duplex, ServerResponse>();
  server.on('connection', (socket) => socket.once('close', () => latest.delete(socket)));
  server.prependListener('request', ({ socket }, response) => latest.set(socket, response));
  return latest;
}
