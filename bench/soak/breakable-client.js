import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of a hundred requests, so many lose their connection before the answer is read. */
const RESETS = 3;
/** At most so long after the request was sent, in milliseconds. */
const LATEST_RESET = 20;

/** An HTTP client whose connection is reset in the middle of a request now and then. */
export class BreakableClient {
  /** Connections that were reset so far. */
  resets = 0;
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port) {
    this.port = port;
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @param {{method: string, path: string, body?: object, headers?: object}} call
   * @returns {Promise<{status: number, body?: object}>} status 0 when the connection was reset: then
   *   nobody knows what has happened
   * @throws {Error} when the connection ended and it was not this client that ended it
   */
  async send(call) {
    const broken = new AbortController();
    const isReset = Math.random() * 100 < RESETS;
    const answer = this.#exchange(call, isReset ? broken.signal : undefined);
    answer.catch(() => undefined);
    if (isReset) {
      await sleep(Math.random() * LATEST_RESET);
      broken.abort();
    }
    try {
      const { status, text } = await answer;
      return { status, body: JSON.parse(text) };
    } catch (error) {
      if (!broken.signal.aborted) throw error;
      this.resets += 1;
      return { status: 0 };
    }
  }

  close() {
    this.#agent.destroy();
  }

  #exchange({ method, path, body, headers = {} }, broken) {
    const payload = body && JSON.stringify(body);
    const type = payload && {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(payload),
    };
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.port,
          agent: this.#agent,
          method,
          path,
          headers: { ...type, ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => (text += chunk));
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode, text }));
        },
      );
      request.setTimeout(15_000, () => request.destroy(new Error('no answer within 15 s')));
      request.on('error', reject);
      request.end(payload);
      broken?.addEventListener('abort', () => {
        request.socket?.resetAndDestroy();
        request.destroy();
      });
    });
  }
}
