import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Logger } from '@nestjs/common';
import { failure } from '../envelope/envelope.js';
import { AppError } from '../../errors/app-error.js';
import type { ErrorCode } from '../../errors/error-catalogue.js';
import { requestIdOf } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** Codes of the errors that node:http reports before there is a request. */
const codes: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

const methods = 'Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** How long a connection that asked for a tunnel may take to have its answers. */
const LONGEST_REFUSAL_MS = 10_000;

const logger = new Logger('ProtocolErrors');

/** Answers, in the envelope, what never becomes a request: broken HTTP, oversize headers, slowness. */
export function answerProtocolErrors(
  server: Server,
  latest: ReadonlyMap<Duplex, ServerResponse>,
): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const response = latest.get(socket);
    const code = codes[error.code ?? ''] ?? 'BAD_REQUEST';
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
    } else if (!response || response.writableFinished) {
      answer(socket, code);
    } else if (response.req.complete) {
      // The request before is whole and its answer still to come: answers keep the requests' order, and
      // nothing that comes in after this one is of interest.
      socket.pause();
      response.once('finish', () => {
        answer(socket, code);
      });
    } else if (response.headersSent) {
      socket.destroy();
    } else {
      answer(socket, code, response.req);
    }
  });
  server.on('connect', (request) => {
    const { socket } = request;
    const response = latest.get(socket);
    const refuseIt = () => {
      answer(socket, 'METHOD_NOT_ALLOWED', request, [methods]);
    };
    // Node has given the connection away, so that nobody else watches over it any more.
    socket.setTimeout(LONGEST_REFUSAL_MS, () => socket.destroy());
    if (!response || response.writableFinished) refuseIt();
    else response.once('finish', refuseIt);
  });
  server.on('checkExpectation', (_request, response) => {
    refuse(response, 'EXPECTATION_FAILED');
  });
}

/** Answers a request, in its turn, that is not to go further; it is the last of its connection. */
export function refuse(response: ServerResponse, code: ErrorCode): void {
  const { status, body, headers } = answerOf(code, response.req);
  response.shouldKeepAlive = false;
  response.writeHead(status, Object.fromEntries(headers)).end(body);
}

function answer(
  socket: Duplex,
  code: ErrorCode,
  request?: IncomingMessage,
  more: readonly string[] = [],
): void {
  const { status, body, headers } = answerOf(code, request);
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      ...lines,
      ...more,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
    // A client that goes on sending must not keep the connection half open.
    () => socket.destroy(),
  );
}

/** What an answer outside of Express consists of; it also leaves its line in the log. */
function answerOf(code: ErrorCode, request?: IncomingMessage) {
  const error = new AppError(code);
  const body = JSON.stringify(failure(error));
  const requestId = request ? requestIdOf(request) : randomUUID();
  logger.log({ msg: 'request', method: request?.method, status: error.status, code, requestId });
  const headers: (readonly [string, string])[] = [
    ...securityHeaders,
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['X-Request-Id', requestId],
  ];
  return { status: error.status, body, headers };
}
