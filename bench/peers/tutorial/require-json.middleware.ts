import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

export function requireJson(request: Request, _response: Response, next: NextFunction) {
  if (request.method === 'POST' || request.method === 'PUT') {
    if (!request.is('application/json')) throw new UnsupportedMediaTypeException();
    const body: unknown = request.body;
    const isEmpty = request.headers['content-length'] === '0';
    if (isEmpty || typeof body !== 'object' || Array.isArray(body)) {
      throw new BadRequestException('The body must be an object');
    }
  }
  next();
}
