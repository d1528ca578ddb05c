import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A write that makes no progress for so long ends its connection. Milliseconds. */
const STALLED_MS = 10_000;
/** When a connection is looked at for the first time. Milliseconds. */
const FIRST_LOOK_MS = 1_000;

/**
 * Ends connections whose client does not take its answer. The timer of a socket knows progress only as
 * the difference between two looks, so that the first one comes soon and the second decides. Without a
 * pending write, the timer means nothing while a request is at work, which has limits of its own, and
 * the end of an idle connection otherwise.
 */
export function endStalledWrites(
  server: Server,
  latest: ReadonlyMap<Duplex, ServerResponse>,
): void {
  server.setTimeout(FIRST_LOOK_MS, (socket) => {
    const isWriting = socket.writableLength > 0;
    if (isWriting && socket.timeout === FIRST_LOOK_MS) socket.setTimeout(STALLED_MS);
    else if (isWriting || latest.get(socket)?.writableFinished) socket.destroy();
  });
}
