import { writeSync } from 'node:fs';
import { escapeInvisible } from './escape-invisible.js';
import { nonBlocking } from './non-blocking.js';

/** What may wait for a reader that stalls or a disk that is full, in bytes. */
const MAX_WAITING = 1_048_576;
/**
 * What is written at once stays below what a pipe takes whole or not at all, in bytes, so that lines of
 * several workers do not mix (PIPE_BUF in pipe(7)).
 */
const MAX_BATCH = 4_096;
/** Lines wait for others to be written with: one by one, each is a system call. Bytes, milliseconds. */
const ENOUGH = 2_048;
const LONGEST_WAIT_MS = 100;

/**
 * Lines on standard output. A line is buffered, never waited for and never thrown about: while nothing
 * can be written, the first megabyte waits, and from there to its end every line is dropped and counted.
 */
export class LineOutput {
  /** Lines dropped since the start of the process. */
  dropped = 0;

  private fd: number | undefined;
  /** Whole batches, the first of them perhaps in part written, and the one that still grows. */
  private readonly batches: Buffer[] = [];
  private batch = '';
  private batchBytes = 0;
  private waitingBytes = 0;
  /** How many lines were dropped since there was no room; nothing is taken until all have been written. */
  private gap = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param reportGap is told how many lines were dropped, once lines can be written again */
  constructor(private readonly reportGap: (lines: number) => void) {}

  /** @param text one line with its end */
  write(text: string): void {
    const line = escapeInvisible(text);
    const bytes = Buffer.byteLength(line);
    this.fd ??= this.open();
    if (this.gap > 0 || this.waitingBytes + bytes > MAX_WAITING) {
      this.gap += 1;
      this.dropped += 1;
      this.flushSoon();
      return;
    }
    if (this.batchBytes + bytes > MAX_BATCH) this.closeBatch();
    this.batch += line;
    this.batchBytes += bytes;
    this.waitingBytes += bytes;
    if (this.batchBytes >= ENOUGH) this.flushSync();
    else this.flushSoon();
  }

  /** Writes what can be written at once; pino asks for it when an error is fatal. */
  flushSync(): void {
    if (this.fd === undefined) return;
    try {
      for (let batch = this.nextBatch(); batch; batch = this.nextBatch()) {
        const written = writeSync(this.fd, batch);
        this.waitingBytes -= written;
        if (written < batch.length) this.batches[0] = batch.subarray(written);
        else this.batches.shift();
      }
    } catch {
      // Nobody reads, the reader has gone or the disk is full: all of them may pass.
      this.flushSoon();
      return;
    }
    if (this.gap > 0) this.closeGap();
  }

  private open(): number {
    // What is still here when the process ends.
    process.once('exit', () => {
      this.flushSync();
    });
    return nonBlocking(1);
  }

  private closeGap(): void {
    const lines = this.gap;
    this.gap = 0;
    this.reportGap(lines);
    this.flushSync();
  }

  private nextBatch(): Buffer | undefined {
    if (this.batches.length === 0) this.closeBatch();
    return this.batches[0];
  }

  private closeBatch(): void {
    if (this.batchBytes > 0) this.batches.push(Buffer.from(this.batch));
    this.batch = '';
    this.batchBytes = 0;
  }

  private flushSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.flushSync();
    }, LONGEST_WAIT_MS).unref();
  }
}
