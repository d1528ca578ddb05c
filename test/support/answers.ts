import { expect } from '@jest/globals';
import { errorCatalogue, type ErrorCode } from '../../src/errors/error-catalogue.js';
import type { PageMeta } from '../../src/http/pages/page.js';

/** What a client sees of an answer. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The answer that the contract promises for a success. */
export function success(data: unknown, message: string, status = 200): Answer {
  return answer(status, { success: true, data, message });
}

/** The answer that the contract promises for a page of a list. */
export function page(data: unknown, meta: PageMeta): Answer {
  return answer(200, { success: true, data, message: 'Tasks retrieved successfully', meta });
}

/** The answer that the contract promises for an error; `fields` are those that its details name. */
export function failure(code: ErrorCode, fields?: readonly string[]): Answer {
  const { status, message } = errorCatalogue[code];
  const details = fields?.map((field) => ({ field, message: expect.any(String) }));
  return answer(status, { success: false, error: { code, message, ...(details && { details }) } });
}

/** Every answer has an id, whatever it says. */
function answer(status: number, body: unknown): Answer {
  const headers = expect.objectContaining({
    'x-request-id': expect.stringMatching(/^[\x21-\x7E]{1,128}$/) as unknown,
    'content-type': 'application/json; charset=utf-8',
  }) as unknown;
  return expect.objectContaining({ status, body, headers }) as unknown as Answer;
}
