import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './breakable-postgres.js';

/** A pipe that is read only when the test says so, for a process to write to. */
export class Pipe {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tasks-api-pipe-'));
  private readonly reader: number;
  /** What a process takes as its standard output or error. */
  readonly writer: number;

  constructor() {
    const path = join(this.folder, 'fifo');
    execFileSync('mkfifo', [path]);
    this.reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.writer = openSync(path, constants.O_WRONLY);
  }

  /** Leaves no room for a single byte. */
  fill(): this {
    const own = openSync(join(this.folder, 'fifo'), constants.O_WRONLY | constants.O_NONBLOCK);
    const line = Buffer.alloc(4_096, ' ');
    try {
      for (;;) writeSync(own, line);
    } catch {
      closeSync(own);
    }
    return this;
  }

  /** Everything that is in the pipe. */
  read(): string {
    const parts: Buffer[] = [];
    const part = Buffer.alloc(65_536);
    try {
      for (let bytes = readSync(this.reader, part); bytes > 0; bytes = readSync(this.reader, part))
        parts.push(Buffer.from(part.subarray(0, bytes)));
    } catch {
      // It is empty.
    }
    return Buffer.concat(parts).toString();
  }

  /** Reads until the text has come, at most 15 seconds; gives everything read. */
  async readUntil(text: string): Promise<string> {
    let all = '';
    for (const giveUp = Date.now() + 15_000; !all.includes(text); await pause(20)) {
      if (Date.now() > giveUp) throw new Error(`"${text}" does not come, but: ${all.slice(-500)}`);
      all += this.read();
    }
    return all;
  }

  /** Goes away as a reader does; who writes gets EPIPE from now on. */
  closeReader(): void {
    closeSync(this.reader);
  }

  remove(): void {
    closeSync(this.writer);
    rmSync(this.folder, { recursive: true });
  }
}
