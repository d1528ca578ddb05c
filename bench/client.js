import { Agent, request as httpRequest } from 'node:http';

/** A plain HTTP client for what is checked, not for what is timed in bulk. */
export class Client {
  #agent;

  /** @param {number} [connections] at most */
  constructor(port, connections = 1) {
    this.port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @param {{method: string, path: string, body?: string | Buffer, type?: string}} call
   * @returns {Promise<{status: number, text: string}>}
   */
  send({ method, path, body, type = 'application/json' }) {
    const headers =
      body === undefined
        ? {}
        : { 'Content-Type': type, 'Content-Length': String(Buffer.byteLength(body)) };
    const { port } = this;
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        { host: '127.0.0.1', port, agent: this.#agent, method, path, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode, text }));
          response.on('error', reject);
        },
      );
      request.setTimeout(10_000, () => request.destroy(new Error('no answer within 10 s')));
      request.on('error', reject);
      request.end(body);
    });
  }

  /** The same, with the answer's JSON read. */
  async json(call) {
    const { status, text } = await this.send(call);
    return { status, body: JSON.parse(text) };
  }

  close() {
    this.#agent.destroy();
  }
}
