import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { DataFolderError } from './data-folder-error.js';

const run = promisify(execFile);
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

/** As whom PostgreSQL's programs run. */
export interface OsUser {
  readonly uid: number;
  readonly gid: number;
  /** A command that becomes this user by itself; empty where a plain setuid will do. */
  readonly through: readonly string[];
}

/**
 * The user for PostgreSQL when this process is root, which PostgreSQL refuses to run as
 * (https://www.postgresql.org/docs/18/postgres-user.html): the owner of the data, so that whoever
 * made it can go on with it, else the user "postgres", who is created where there is none.
 * `undefined` for any other user, who runs PostgreSQL as they are.
 *
 * @param dataDir exists already
 * @throws DataFolderError when there is no such user or they cannot reach the folder or the program
 */
export async function unprivilegedUser(
  dataDir: string,
  clusterHome: string,
  program: string,
): Promise<OsUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(clusterHome).catch(() => undefined);
  const { uid, gid } = owner && owner.uid !== 0 ? owner : await postgresAccount();
  const plain = { uid, gid, through: [] };
  if (await reaches(plain, dataDir, program)) return plain;
  // CAP_DAC_OVERRIDE alone of root's powers is kept, to pass through a home folder of mode 0700; of
  // those that would do, it is the one that containers grant. The securebit lets access(2), with
  // which PostgreSQL looks for its own files, count it as well (capabilities(7)).
  const through = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  through.push('--inh-caps=+dac_override', '--ambient-caps=+dac_override');
  through.push('--securebits=+no_setuid_fixup', '--');
  if (await reaches({ uid, gid, through }, dataDir, program)) return { uid, gid, through };
  throw new DataFolderError(
    `PostgreSQL refuses to run as root, and as the OS user ${uid} it cannot be run from ${program} on ${dataDir}. ` +
      'Start as an ordinary user, or move the code and the data to folders that everyone can enter, or use a PostgreSQL of your own.',
  );
}

/** How a program is spawned as `user`: the command, its first arguments, and the ids for spawn(). */
export function spawnedAs(user: OsUser | undefined, program: string, args: readonly string[]) {
  const [command = program, ...rest] = [...(user?.through ?? []), program, ...args];
  const ids = user?.through.length === 0 ? { uid: user.uid, gid: user.gid } : {};
  return { command, args: rest, ids };
}

/** Gives a folder and all that is in it to `user`; symbolic links are not followed. */
export async function giveTo({ uid, gid }: OsUser, folder: string): Promise<void> {
  await run('chown', ['-R', '-P', `${uid}:${gid}`, '--', folder], { env });
}

/** Enters the folder and runs the program, since asking for permissions would leave out half. */
async function reaches(user: OsUser, folder: string, program: string): Promise<boolean> {
  const enterAndRun = ['-c', 'cd "$0" && exec "$1" --version', folder, program];
  const { command, args, ids } = spawnedAs(user, 'sh', enterAndRun);
  try {
    await run(command, args, { ...ids, env });
    return true;
  } catch {
    return false;
  }
}

async function postgresAccount(): Promise<{ uid: number; gid: number }> {
  const idOf = async (option: '-u' | '-g') =>
    Number((await run('id', [option, 'postgres'], { env })).stdout);
  const find = async () => ({ uid: await idOf('-u'), gid: await idOf('-g') });
  try {
    return await find().catch(async () => {
      const options = ['--system', '--user-group', '--no-create-home', '--shell=/usr/sbin/nologin'];
      // Another server may be creating the same user at this moment: finding it decides.
      await run('useradd', [...options, 'postgres'], { env }).catch(() => undefined);
      return find();
    });
  } catch {
    throw new DataFolderError(
      'PostgreSQL refuses to run as root, and no OS user "postgres" could be created for it. ' +
        'Start as an ordinary user, or create that user, or use a PostgreSQL of your own.',
    );
  }
}
