import type { Server } from 'node:http';
import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express, type RequestHandler } from 'express';
import { methodNotAllowed } from './method-not-allowed.js';
import { answerProtocolErrors } from './protocol-errors.js';
import { requestId } from './request-id.js';

/** Express as this service uses it: addresses are exact, and every layer answers in the envelope. */
export class HttpAdapter extends ExpressAdapter {
  declare protected instance: Express;
  declare protected httpServer: Server;

  constructor() {
    const app = express();
    app.enable('case sensitive routing').enable('strict routing');
    app.disable('x-powered-by').disable('etag');
    app.use(requestId);
    super(app);
  }

  override initHttpServer(options: NestApplicationOptions): void {
    super.initHttpServer(options);
    answerProtocolErrors(this.httpServer);
  }

  /** The global filter knows every error by itself; Nest's translation would hide what they were. */
  override mapException(error: unknown): unknown {
    return error;
  }

  override setNotFoundHandler(handler: RequestHandler): void {
    this.instance.use(methodNotAllowed(this.instance));
    super.setNotFoundHandler(handler);
  }
}
