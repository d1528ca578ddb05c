import { isatty } from 'node:tty';
import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Settings } from '../config/settings.js';
import { LineOutput } from './line-output.js';

const NEST_START: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Nest's logger on pino: one JSON line an event, or a readable line where a person watches. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;
  private readonly output = new LineOutput((lines) => {
    this.error(`${lines} log lines were dropped`, PinoLogger.name);
  });

  constructor({ LOG_LEVEL: level }: Pick<Settings, 'LOG_LEVEL'>) {
    if (!isatty(1)) {
      this.pino = pino({ level }, this.output);
      return;
    }
    const readable = prettyFactory({ colorize: true, singleLine: true });
    const write = (line: string) => {
      this.output.write(readable(line));
    };
    this.pino = pino({ level, base: null }, { write });
  }

  /** Lines that were dropped since the start of the process, because nobody took them. */
  get droppedLines(): number {
    return this.output.dropped;
  }

  /** The line of one request. */
  request(fields: object): void {
    this.pino.info(fields, 'request');
  }

  fatal(message: unknown, ...context: unknown[]): void {
    this.pino.fatal(...line(message, context));
  }

  error(message: unknown, ...context: unknown[]): void {
    this.pino.error(...line(message, context));
  }

  warn(message: unknown, ...context: unknown[]): void {
    this.pino.warn(...line(message, context));
  }

  log(message: unknown, ...context: unknown[]): void {
    // What Nest tells of its own start is of interest to those who debug it.
    const level = NEST_START.has(context.at(-1)) ? 'debug' : 'info';
    this.pino[level](...line(message, context));
  }

  debug(message: unknown, ...context: unknown[]): void {
    this.pino.debug(...line(message, context));
  }

  verbose(message: unknown, ...context: unknown[]): void {
    this.pino.trace(...line(message, context));
  }
}

/** Nest's arguments (a message or an object, then the name of who speaks) as pino's. */
function line(message: unknown, rest: readonly unknown[]): [object, string?] {
  const context = rest.at(-1);
  if (message instanceof Error) return [{ context, err: message }, message.message];
  if (typeof message === 'object' && message !== null) return [{ context, ...message }];
  return [{ context }, String(message)];
}
