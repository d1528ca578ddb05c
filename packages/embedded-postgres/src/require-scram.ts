import type { Client, Connection } from 'pg';

/** What a connection may tell its client before the server has shown that it knows the password. */
const BEFORE_PROOF: ReadonlySet<string | symbol> = new Set([
  ...['newListener', 'connect', 'sslconnect', 'end', 'error', 'errorMessage'],
  ...['authenticationSASL', 'authenticationSASLContinue', 'authenticationSASLFinal'],
]);

/**
 * Makes a client deal only with a server that proves by SCRAM to know the password, which stays a
 * secret meanwhile: libpq's `require_auth=scram-sha-256`, which pg does not have. pg by itself
 * would send the password as text to any server that asks for it, and trust one that does not ask.
 * A port of this machine belongs to whoever listens on it first.
 * https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-REQUIRE-AUTH
 *
 * `connect` fails with the SQLSTATE 28000 when there is no proof.
 *
 * @param client has not connected yet
 */
export function requireScram(client: Client): void {
  const { connection } = client as Client & { readonly connection: Connection };
  const emit = connection.emit.bind(connection);
  let failed = false;
  connection.emit = (event, ...args: unknown[]) => {
    if (event === 'error') {
      // pg reports a proof that is wrong, and goes on.
      failed = true;
      const [error] = args;
      const isOfScram = error instanceof Error && error.message.startsWith('SASL:');
      return emit('error', isOfScram ? notProved(error) : error);
    }
    if (!BEFORE_PROOF.has(event)) {
      connection.stream.destroy(notProved());
      return false;
    }
    const heard = emit(event, ...args);
    // From here on its own method serves again, which costs each row less.
    if (event === 'authenticationSASLFinal' && !failed) Reflect.deleteProperty(connection, 'emit');
    return heard;
  };
}

function notProved(cause?: Error): Error {
  const message = 'The server does not prove that it knows the password';
  return Object.assign(new Error(message, { cause }), { code: '28000' });
}
