import { randomBytes } from 'node:crypto';
import { access, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Programs } from './programs.js';

// Sorted and compared by code point and kept in UTF-8, whatever language the host speaks.
const INITDB = [
  '--pgdata=cluster',
  '--username=postgres',
  '--pwfile=password',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
  '--no-clean',
];

// Without a password the superuser cannot log in: the application's role is the only one that can.
const rolesAndDatabase = (
  name: string,
  password: string,
) => `CREATE ROLE ${name} LOGIN CREATEDB PASSWORD '${password}'
CREATE DATABASE ${name} OWNER ${name}
ALTER ROLE postgres PASSWORD NULL
`;

/**
 * Makes a cluster with its password and the application's database in the new folder `home`. It
 * grows under another name, so that a start which is cut off leaves nothing half made, and of two
 * at once one goes on with what the other made.
 *
 * @param own gives a folder to the user whom the programs run as
 */
export async function createCluster(
  home: string,
  name: string,
  programs: Programs,
  own: (folder: string) => Promise<void>,
): Promise<void> {
  await removeLeftovers(home);
  const draft = await mkdtemp(`${home}.new-${process.pid}-`);
  try {
    const password = randomBytes(24).toString('hex');
    await writeFile(join(draft, 'password'), password, { mode: 0o600, flush: true });
    await own(draft);
    const inDraft = programs.in(draft);
    await inDraft.run('initdb', INITDB);
    const single = ['--single', '-D', 'cluster', '-c', 'exit_on_error=on', 'postgres'];
    await inDraft.run('postgres', single, rolesAndDatabase(name, password));
    await rename(draft, home);
    await sync(dirname(home));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const made = await access(home).then(
      () => true,
      () => false,
    );
    if (!made) throw error;
  }
}

/** Removes what starts left that were killed: their process is gone. */
async function removeLeftovers(home: string): Promise<void> {
  const prefix = `${basename(home)}.new-`;
  for (const name of await readdir(dirname(home))) {
    if (!name.startsWith(prefix) || isAlive(parseInt(name.slice(prefix.length)))) continue;
    await rm(join(dirname(home), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Makes a renaming last through a power cut; Windows knows no such thing for folders. */
async function sync(folder: string): Promise<void> {
  if (platform() === 'win32') return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
