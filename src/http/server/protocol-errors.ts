import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { failure } from '../envelope/envelope.js';
import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import { securityHeaders } from './security-headers.js';

/** Codes of the errors that node:http reports before there is a request. */
const codes: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** Answers, in the envelope, what never becomes a request: broken HTTP, oversize headers, slowness. */
export function answerProtocolErrors(server: Server): void {
  const latest = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', ({ socket }, response) => latest.set(socket, response));

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const response = latest.get(socket);
    const isAnswering = response?.headersSent === true && !response.writableFinished;
    if (socket.writable && error.code !== 'ECONNRESET' && !isAnswering) {
      answer(socket, codes[error.code ?? ''] ?? 'BAD_REQUEST');
    } else {
      socket.destroy();
    }
  });
  server.on('connect', (_request, socket: Duplex) => {
    answer(socket, 'METHOD_NOT_ALLOWED', ['Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']);
  });
  server.on('checkExpectation', ({ socket }) => {
    answer(socket, 'EXPECTATION_FAILED');
  });
}

function answer(socket: Duplex, code: ErrorCode, headers: readonly string[] = []): void {
  const error = new AppError(code);
  const body = JSON.stringify(failure(error));
  socket.end(
    [
      `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
      ...securityHeaders.map(([name, value]) => `${name}: ${value}`),
      ...headers,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${uuidv7()}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
    // A client that goes on sending must not keep the connection half open.
    () => socket.destroy(),
  );
}
