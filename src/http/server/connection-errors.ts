import type { Server } from 'node:http';

/**
 * Keeps an error on a client's connection from ever counting as an error of this process. Such an error
 * is the end of its connection and nothing else; node:http listens to it too, but stops to once it gives a
 * connection away, as it does on CONNECT.
 */
export function containConnectionErrors(server: Server): void {
  server.on('connection', (socket) => socket.on('error', () => undefined));
}
