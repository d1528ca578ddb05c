import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('wrk.lua', import.meta.url));

/** Whether wrk is installed. */
export function isInstalled() {
  // wrk exits with 1 after it has told its version.
  return run('wrk', ['--version']).then(
    () => true,
    (error) => error.code !== 'ENOENT',
  );
}

/** The load generator wrk, as one thread: https://github.com/wg/wrk. */
export class Wrk {
  name = 'wrk';

  /** @param {string} folder where files of calls may be written */
  constructor(folder) {
    this.folder = folder;
  }

  /** Prepares what is to be sent. */
  async prepare(name, calls) {
    const file = join(this.folder, `${name}.calls`);
    const lines = calls.map(({ method, path, body = '' }) => `${method}\t${path}\t${body}\n`);
    await writeFile(file, lines.join(''));
    return file;
  }

  /** @returns {Promise<import('./load.js').Load>} */
  async run({ port, prepared, connections, seconds, expects }) {
    const url = `http://127.0.0.1:${port}`;
    const { stdout } = await run('wrk', [
      ...['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
      ...['--latency', '--script', script, url, '--', prepared],
      ...(expects === undefined ? [] : [String(expects)]),
    ]);
    const line = stdout.split('\n').find((text) => text.startsWith('{'));
    if (line === undefined) throw new Error(`wrk printed no result:\n${stdout}`);
    return JSON.parse(line);
  }
}
