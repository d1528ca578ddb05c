import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from '../config/settings.js';

const NEST_START: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/**
 * Lines wait for others to be written with, for 100 ms at most: one by one, each is a system call. What is written at once stays below the 4 KiB that a pipe takes whole, so that lines of several
 * workers do not mix (PIPE_BUF in pipe(7)).
 */
const BUFFER = { minLength: 2_048, maxWrite: 4_096, periodicFlush: 100 };

/** Nest's logger on pino: one JSON line an event, or a readable line where a person watches. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor({ LOG_LEVEL: level }: Pick<Settings, 'LOG_LEVEL'>) {
    if (process.stdout.isTTY) {
      this.pino = pino({ level, base: null }, pretty({ colorize: true, singleLine: true }));
      return;
    }
    const lines = pino.destination({ ...BUFFER, sync: true });
    this.pino = pino({ level }, lines);
    // What is still in the buffer when the process ends.
    if (level !== 'silent') {
      process.once('exit', () => {
        lines.flushSync();
      });
    }
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
