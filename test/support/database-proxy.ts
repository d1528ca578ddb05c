import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  silent: boolean;
}

/** A network between the service and its database, to be broken on purpose. */
export class DatabaseProxy {
  /** What becomes of each chunk that the database sends. */
  damage = (chunk: Buffer): Buffer => chunk;
  /** A text, as in a statement, whose arrival makes the network fall silent; the text itself passes. */
  silentAfter?: string;
  private silent = false;
  private readonly links = new Set<Link>();
  private readonly server: Server;

  private constructor(private readonly upstream: URL) {
    this.server = createServer((client) => {
      this.join(client);
    });
  }

  /** @param url of the database behind it */
  static async before(url: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(new URL(url));
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  /** The same database, by way of the proxy. */
  get url(): string {
    const url = new URL(this.upstream);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Whether new connections are accepted and hear nothing. */
  get isSilent(): boolean {
    return this.silent;
  }

  /** Swallows what is sent on the connections that there are, for good, and leaves them open. */
  forgetConnections(): void {
    for (const link of this.links) link.silent = true;
  }

  /** Swallows what is sent on new connections, too. */
  fallSilent(): void {
    this.silent = true;
    this.forgetConnections();
  }

  /** Lets new connections through again. */
  recover(): void {
    this.silentAfter = undefined;
    this.silent = false;
  }

  close(): void {
    this.server.close();
    for (const { client, server } of this.links) {
      client.destroy();
      server.destroy();
    }
  }

  private join(client: Socket): void {
    const server = connect(Number(this.upstream.port), this.upstream.hostname);
    const link: Link = { client, server, silent: this.silent };
    this.links.add(link);
    client.on('data', (chunk) => {
      if (!link.silent) server.write(chunk);
      if (this.silentAfter !== undefined && chunk.includes(this.silentAfter)) this.fallSilent();
    });
    server.on('data', (chunk) => {
      if (!link.silent) client.write(this.damage(chunk));
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        // A silent network tells neither side that the other has gone.
        if (!link.silent) other.destroy();
        if (other.closed) this.links.delete(link);
      });
    }
  }
}
