import { Socket } from 'node:net';

/**
 * How long somebody waits for the database, over several questions: connections that are bound to it break
 * once an answer is overdue, or when the wait is called off, and whoever waits on one learns of it.
 */
export class Deadline {
  /** pg's `stream`: makes the socket of a connection. */
  readonly stream = (): Socket => new Socket({ signal: this.signal });
  /** Aborted with the reason. */
  readonly signal: AbortSignal;
  private readonly overdue = new AbortController();
  private timer?: NodeJS.Timeout;

  /** @param calledOff a signal that ends the wait sooner */
  constructor(calledOff: AbortSignal) {
    this.signal = AbortSignal.any([calledOff, this.overdue.signal]);
  }

  /** From now on the next answer may take `ms` milliseconds. */
  allow(ms: number): void {
    this.clear();
    this.timer = setTimeout(() => {
      this.overdue.abort(new Error(`The database has given no answer for ${ms / 1000} s`));
    }, ms);
  }

  /** Nothing is waited for any more. */
  clear(): void {
    clearTimeout(this.timer);
  }
}
