import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy that can fall silent as a network does: connections stay open, new ones are made, and nothing
 * passes any more. A connection that has been silent once stays so for good.
 */
export class SilentProxy {
  /** A text, as in a statement, whose arrival makes it fall silent; the text itself passes. */
  silentAfter?: string;
  private silent = false;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly target: number) {
    this.server = createServer((client) => {
      this.join(client);
    });
  }

  /** @param target the port on 127.0.0.1 to which it leads */
  static async to(target: number): Promise<SilentProxy> {
    const proxy = new SilentProxy(target);
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get isSilent(): boolean {
    return this.silent;
  }

  fallSilent(): void {
    this.silent = true;
    for (const socket of this.sockets) socket.removeAllListeners('data').resume();
  }

  /** Lets new connections through again. */
  recover(): void {
    this.silentAfter = undefined;
    this.silent = false;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from
        .on('error', () => undefined)
        .once('close', () => {
          this.sockets.delete(from);
          if (!this.silent) to.destroy();
        });
      if (this.silent) from.resume();
      else from.on('data', (data) => to.write(data));
    }
    client.on('data', (data) => {
      if (this.silentAfter !== undefined && data.includes(this.silentAfter)) this.fallSilent();
    });
  }
}
