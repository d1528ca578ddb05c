import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A message of PostgreSQL's protocol (https://www.postgresql.org/docs/18/protocol-message-formats.html). */
function message(type: string, ...parts: (number | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part);
      const int32 = Buffer.alloc(4);
      int32.writeInt32BE(part);
      return int32;
    }),
  );
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const welcome = Buffer.concat([message('R', 0), message('Z', 'I')]);

/** What an impostor answers to the first message of a client; then it is silent. */
export const answers = {
  'accepts and goes silent': Buffer.alloc(0),
  'asks for the password as text': message('R', 3),
  'asks for the password as MD5': message('R', 5, 'salt'),
  'asks for no password and goes silent': welcome,
  'asks for SCRAM and forges the proof': Buffer.concat([
    message('R', 10, 'SCRAM-SHA-256\0\0'),
    message('R', 12, 'v=Zm9yZ2Vk'),
    welcome,
  ]),
} as const;

export type Behaviour = keyof typeof answers;

/** Somebody else who listens on PostgreSQL's port, and keeps what they are sent. */
export class Impostor {
  /** All that clients have sent; a password is ASCII, hashed or not. */
  received = '';
  /** How many have connected. */
  visitors = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer({ allowHalfOpen: true });

  private constructor(answer: Buffer) {
    this.server.on('connection', (socket) => {
      this.visitors += 1;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(answer));
      socket.on('data', (data) => (this.received += data.toString('latin1')));
    });
  }

  /** @throws Error with the code EADDRINUSE while somebody else listens there */
  static async on(port: number, behaviour: Behaviour): Promise<Impostor> {
    const impostor = new Impostor(answers[behaviour]);
    impostor.server.listen(port, '127.0.0.1');
    await once(impostor.server, 'listening');
    return impostor;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async leave(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
