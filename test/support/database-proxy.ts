import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network between the service and its database, to be broken on purpose. */
export class DatabaseProxy {
  /** What becomes of each chunk that the database sends. */
  damage = (chunk: Buffer): Buffer => chunk;
  /** Whether new connections get through; if not, they are accepted and hear nothing. */
  letsIn = true;
  private readonly connections = new Set<{ silent: boolean; readonly sockets: Socket[] }>();
  private readonly server: Server;

  private constructor(private readonly upstream: URL) {
    this.server = createServer((client) => {
      this.join(client);
    });
  }

  /** @param url of the database behind it */
  static async before(url: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(new URL(url));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** The same database, by way of the proxy. */
  get url(): string {
    const url = new URL(this.upstream);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Swallows from now on what is sent on the connections that there are, and leaves them open. */
  silence(): void {
    for (const connection of this.connections) connection.silent = true;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const { sockets } of this.connections) for (const socket of sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const { hostname, port } = this.upstream;
    const server = connect(Number(port), hostname);
    const connection = { silent: !this.letsIn, sockets: [client, server] };
    this.connections.add(connection);
    client.on('data', (chunk) => connection.silent || server.write(chunk));
    server.on('data', (chunk) => connection.silent || client.write(this.damage(chunk)));
    for (const socket of connection.sockets) {
      socket.on('error', () => undefined);
      // What is silent does not tell either side that the other is gone.
      socket.on('close', () => {
        if (connection.silent) return;
        for (const other of connection.sockets) other.destroy();
        this.connections.delete(connection);
      });
    }
  }
}
