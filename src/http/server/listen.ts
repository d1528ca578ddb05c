import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartupError } from '../../errors/startup-error.js';
import type { Settings } from '../../config/settings.js';

/**
 * Starts to listen. It goes around `app.listen`, which would log a failure with its stack besides.
 *
 * @returns the port, which the system has chosen where PORT is 0
 * @throws StartupError when the address cannot be had
 */
export async function listen(server: Server, { PORT, HOST }: Settings): Promise<number> {
  try {
    await once(server.listen(PORT, HOST), 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const why = reasons[code] ?? `it failed with ${code}`;
    throw new StartupError(`Cannot listen on HOST ${HOST}, PORT ${PORT}: ${why}.`, {
      cause: error,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken; stop what listens there or set another PORT',
  EACCES: 'this user may not use the port; set PORT to 1024 or more',
  EADDRNOTAVAIL: 'the address is not one of this machine; set another HOST',
  ENOTFOUND: 'the host name is unknown; set another HOST',
};
