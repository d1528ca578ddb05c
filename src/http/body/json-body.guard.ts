import { applyDecorators, Injectable, SetMetadata, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiConsumes } from '@nestjs/swagger';
import express, { type Request, type Response } from 'express';
import { AppError } from '../../errors/app-error.js';
import { runMiddleware } from '../server/run-middleware.js';
import { assertReadableJson } from './readable-json.js';

const JSON_TYPES = Symbol('the media types that a route reads as JSON');

/** Body bytes, as received and after decompression. */
const MAX_BYTES = 102_400;

const parse = express.json({ limit: MAX_BYTES, type: () => true, verify: assertReadableJson });

/**
 * Reads the body of a route as a JSON object. It is a guard because only a route knows whether it takes
 * a body: an unknown address is 404 and a wrong method 405 before anyone looks at the media type.
 */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const types = this.reflector.get<readonly string[]>(JSON_TYPES, context.getHandler());
    if (!isJson(request.headers['content-type'], types)) {
      throw new AppError('UNSUPPORTED_MEDIA_TYPE');
    }
    await runMiddleware(parse, request, http.getResponse<Response>());
    if (!isObject(request.body)) throw new AppError('INVALID_JSON');
    return true;
  }
}

/** The route reads a JSON object of one of these media types, `application/json` by default. */
export function ReadsJson(...types: readonly string[]): MethodDecorator {
  const accepted = types.length > 0 ? types : ['application/json'];
  return applyDecorators(
    SetMetadata(JSON_TYPES, accepted),
    UseGuards(JsonBodyGuard),
    ApiConsumes(...accepted),
  );
}

function isJson(contentType: string | undefined, types: readonly string[]): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charsets = parameters.map((text) => text.trim()).filter((p) => p.startsWith('charset='));
  return types.includes(type.trim()) && charsets.every((p) => /^charset=("utf-8"|utf-8)$/.test(p));
}

function isObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
