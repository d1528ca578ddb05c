import {
  ForbiddenException,
  InternalServerErrorException,
  NotFoundException,
} from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { AppError } from './app-error.js';
import { errorCodeOf } from './error-code-of.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });
const ofBodyParser = (type: string, status: number) =>
  Object.assign(new Error('x'), { type, status });

describe('errorCodeOf', () => {
  it.each(
    '08006 28P01 3D000 42P01 53300 55P03 57014 57P01 57P02 57P03 57P04 57P05 25006 40001 40P01 ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN'.split(
      ' ',
    ),
  )('takes %s for a database that is not there now, also as a statement fails', (code) => {
    expect(errorCodeOf(withCode(code))).toBe('SERVICE_UNAVAILABLE');
    const failed = new QueryFailedError('SELECT 1', [], withCode(code));
    expect(errorCodeOf(failed)).toBe('SERVICE_UNAVAILABLE');
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'received invalid response: 7f',
    'Received unexpected rowDescription message from backend.',
  ])('takes "%s" for the same', (message) => {
    expect(errorCodeOf(new Error(message))).toBe('SERVICE_UNAVAILABLE');
  });

  it.each(['22021', '22P02', '23502', '23514', '42703', 'ENOENT'])(
    'takes %s for a bug of ours',
    (code) => {
      expect(errorCodeOf(withCode(code))).toBe('INTERNAL_SERVER_ERROR');
    },
  );

  it.each([
    ['entity.parse.failed', 400, 'INVALID_JSON'],
    ['entity.verify.failed', 403, 'INVALID_JSON'],
    ['entity.too.large', 413, 'PAYLOAD_TOO_LARGE'],
    ['encoding.unsupported', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['charset.unsupported', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['request.aborted', 400, 'BAD_REQUEST'],
    ['toString', 400, 'BAD_REQUEST'],
  ] as const)('knows the %s of body-parser', (type, status, code) => {
    expect(errorCodeOf(ofBodyParser(type, status))).toBe(code);
  });

  it.each([
    [new NotFoundException(), 'ROUTE_NOT_FOUND'],
    [new ForbiddenException(), 'BAD_REQUEST'],
    [new InternalServerErrorException(), 'INTERNAL_SERVER_ERROR'],
    [Object.assign(new URIError('x'), { status: 400 }), 'BAD_REQUEST'],
    [new TypeError('x'), 'INTERNAL_SERVER_ERROR'],
    ['text', 'INTERNAL_SERVER_ERROR'],
    [undefined, 'INTERNAL_SERVER_ERROR'],
    [null, 'INTERNAL_SERVER_ERROR'],
  ] as const)('has a code for %p', (thrown, code) => {
    expect(errorCodeOf(thrown)).toBe(code);
  });
});

describe('AppError.from', () => {
  it('keeps what was thrown as its cause and none of its words', () => {
    const thrown = new Error('relation "tasks" does not exist');
    const error = AppError.from(thrown);
    expect(error.cause).toBe(thrown);
    expect(error.message).not.toContain('tasks');
  });

  it('leaves an AppError as it is', () => {
    const error = new AppError('TASK_NOT_FOUND');
    expect(AppError.from(error)).toBe(error);
  });
});
