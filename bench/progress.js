const QUIET_MS = 10_000;

/** One line on stderr that says what is going on; where nobody watches, a line every ten seconds. */
export class Progress {
  #began = Date.now();
  #spoken = 0;

  /** @param {string} text what is going on now */
  say(text) {
    const line = `[${Math.round((Date.now() - this.#began) / 1000)} s] ${text}`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${line}`);
    } else if (Date.now() - this.#spoken >= QUIET_MS) {
      this.#spoken = Date.now();
      process.stderr.write(`${line}\n`);
    }
  }

  /** Clears the line, before something is printed that shall stay. */
  clear() {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
