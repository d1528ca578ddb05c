import type { LoggerService } from '@nestjs/common';

/** What a service manager, Ctrl+C and a terminal that is closed send. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * The longest that a process may take to stop, in milliseconds. The whole drain takes less; one that hangs
 * beyond it is of no use to anyone.
 */
export const LONGEST_STOP_MS = 9_500;

/**
 * The wish that this process ends, from whoever comes first: a signal, or an error that nobody caught, which
 * leaves a state that nobody knows. Once it exists, neither ends the process by itself any more.
 */
export class StopRequest {
  private readonly controller = new AbortController();
  /** Aborted once the end is asked for. */
  readonly signal = this.controller.signal;
  /** Resolves then. */
  readonly asked = new Promise<void>((resolve) => {
    this.signal.addEventListener('abort', () => {
      resolve();
    });
  });

  constructor(logger: LoggerService) {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        this.ask(0);
      });
    }
    const fail = (error: unknown) => {
      logger.fatal?.(error);
      process.exitCode = 1;
      this.ask(1);
    };
    process.on('uncaughtException', fail).on('unhandledRejection', fail);
  }

  /** @param exitCode what the process ends with, unless that was settled before */
  ask(exitCode: number): void {
    process.exitCode ??= exitCode;
    this.controller.abort();
  }
}
