import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Gives every response its `close` when its connection closes. node:http gives it only to the one whose
 * turn it is to be written; those of pipelined requests behind it would never be heard of again.
 */
export function closeQueuedResponses(server: Server): void {
  const queues = new WeakMap<Duplex, Set<ServerResponse>>();
  server.on('connection', (socket) => {
    const queue = new Set<ServerResponse>();
    queues.set(socket, queue);
    socket.once('close', () => {
      for (const response of queue) response.emit('close');
    });
  });
  server.prependListener('request', ({ socket }, response) => {
    // It has its turn at once.
    if (response.socket) return;
    const queue = queues.get(socket);
    queue?.add(response);
    response.once('socket', () => queue?.delete(response));
  });
}
