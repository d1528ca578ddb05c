import { readdirSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express, type RequestHandler, type Response } from 'express';
import { AppError } from '../../errors/app-error.js';
import { containConnectionErrors } from './connection-errors.js';
import { Drain } from './drain.js';
import { expressMessages } from './express-messages.js';
import { firstOfAll } from './first-of-all.js';
import { latestResponses } from './latest-responses.js';
import { methodNotAllowed } from './method-not-allowed.js';
import { answerProtocolErrors } from './protocol-errors.js';
import { closeQueuedResponses } from './queued-responses.js';
import { withPlainTargets } from './request-target.js';
import { endStalledWrites } from './stalled-writes.js';
import { parseQuery } from './strict-encoding.js';
import { LARGE_BYTES, UnreadAnswers } from './unread-answers.js';

/** Limits of a connection, in milliseconds. */
const limits: ServerOptions = {
  headersTimeout: 8_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 500,
  // Longer than a reverse proxy keeps its connections, so that it never uses one that we just closed.
  keepAliveTimeout: 65_000,
  // A missing Host is refused in the envelope instead.
  requireHostHeader: false,
};

/** Express as this service uses it: addresses are exact, and every layer answers in the envelope. */
export class HttpAdapter extends ExpressAdapter {
  declare protected instance: Express;
  declare protected httpServer: Server;
  private drain?: Drain;
  private readonly unread = new UnreadAnswers();

  /** @param trustProxy Express's `trust proxy`: whose `X-Forwarded-*` headers are believed */
  constructor(trustProxy: boolean | number | string = false) {
    const app = express();
    app.enable('case sensitive routing').enable('strict routing');
    app.disable('x-powered-by').disable('etag').set('trust proxy', trustProxy);
    app.set('query parser', parseQuery);
    app.use(firstOfAll);
    super(app);
  }

  override initHttpServer(): void {
    const options = { ...limits, ...expressMessages(this.instance) };
    this.httpServer = createServer(options, withPlainTargets(this.instance));
    containConnectionErrors(this.httpServer);
    closeQueuedResponses(this.httpServer);
    const latest = latestResponses(this.httpServer);
    answerProtocolErrors(this.httpServer, latest);
    endStalledWrites(this.httpServer, latest);
    this.drain = new Drain(this.httpServer, latest);
  }

  /** The global filter knows every error by itself; Nest's translation would hide what they were. */
  override mapException(error: unknown): unknown {
    return error;
  }

  /**
   * Writes an answer. An envelope goes out as one string with its headers; `response.json` makes a Buffer of
   * it, to be written beside them: docs/performance.md has what that costs.
   *
   * @throws AppError `SERVICE_UNAVAILABLE` for a large success while too many answers wait for their readers
   */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    // 304 is found out only with the answer at hand, and Nest would set the route's own status again.
    const status = response.statusCode === 304 ? 304 : (statusCode ?? response.statusCode);
    if (typeof body !== 'object' || body === null || response.req.fresh) {
      return super.reply(response, body, status) as unknown;
    }
    const text = JSON.stringify(body);
    const bytes = Buffer.byteLength(text);
    const isLarge = bytes > LARGE_BYTES && status < 400;
    if (isLarge && !this.unread.hasRoomFor(bytes)) {
      // It leads away from a page that is not given.
      response.removeHeader('Link');
      const cause = new Error('too many answers wait to be read');
      throw new AppError('SERVICE_UNAVAILABLE', { cause });
    }
    response.statusCode = status;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Content-Length', bytes);
    response.end(text);
    if (isLarge) this.unread.add(response);
    return response;
  }

  /** Makes each file that a page may load an address like any other, so that another method there is 405. */
  override useStaticAssets(folder: string, { prefix = '' }: { prefix?: string } = {}): this {
    for (const file of readdirSync(folder).filter((name) => /\.(css|js|png)$/.test(name))) {
      this.instance.get(`${prefix}/${file}`, (_request, response) => {
        response.sendFile(file, { root: folder });
      });
    }
    return this;
  }

  override setNotFoundHandler(handler: RequestHandler): void {
    this.instance.use(methodNotAllowed(this.instance));
    super.setNotFoundHandler(handler);
  }

  override beforeClose(): void {
    this.drain?.begin();
  }

  override close(): Promise<void> | undefined {
    return this.drain?.finish();
  }
}
