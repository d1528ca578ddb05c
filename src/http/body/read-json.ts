import express, { type Request, type Response } from 'express';
import { AppError } from '../../errors/app-error.js';
import { runMiddleware } from '../server/run-middleware.js';
import { assertReadableJson } from './readable-json.js';

/** Body bytes, as received and after decompression. */
const MAX_BYTES = 102_400;

const parse = express.json({ limit: MAX_BYTES, type: () => true, verify: assertReadableJson });

/**
 * Reads the body of a request as a JSON object, into `request.body`.
 *
 * @param mediaTypes those that the route takes
 * @throws AppError `UNSUPPORTED_MEDIA_TYPE`, `INVALID_JSON`; what body-parser throws
 */
export async function readJson(
  request: Request,
  response: Response,
  mediaTypes: readonly string[] = ['application/json'],
): Promise<void> {
  if (!isJson(request.headers['content-type'], mediaTypes))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE');
  await runMiddleware(parse, request, response);
  if (!isObject(request.body)) throw new AppError('INVALID_JSON');
}

function isJson(contentType: string | undefined, types: readonly string[]): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charsets = parameters.map((text) => text.trim()).filter((p) => p.startsWith('charset='));
  return types.includes(type.trim()) && charsets.every((p) => /^charset=("utf-8"|utf-8)$/.test(p));
}

function isObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
