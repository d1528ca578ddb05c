import { StartupError } from '../../config/startup-error.js';

const ownDatabase = 'or set DATABASE_URL to a PostgreSQL of your own';

/** What to do about a reason, which is a message of Node's, of PostgreSQL's or of the loader's. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /ENOSPC|EDQUOT|No space left|quota/,
    'The disk is full: make room on it, or set DATA_DIR to a folder on another disk.',
  ],
  [
    /spawn|shared librar|Library not loaded|cannot execute/,
    `The PostgreSQL that npm installed does not run here: try "npm rebuild", ${ownDatabase}.`,
  ],
  [
    /EACCES|EPERM|EROFS|permission|Permission|not permitted|Read-only|ownership/,
    'Start the server as the user who owns the folder, or set DATA_DIR to a folder of your own.',
  ],
  [
    /EEXIST|ENOTDIR|EISDIR|ot a directory|mkdir/,
    'No folder can be there: set DATA_DIR to another path.',
  ],
  [
    /incompatible/,
    'Start the version of this server that made the data, or set DATA_DIR to a new folder.',
  ],
  [
    /ENOENT|No such file|does not exist|not a database cluster/,
    'This is no complete data folder of this server: restore it, or set DATA_DIR to another.',
  ],
];

/** What the person starting the server reads when the data folder is of no use as it is. */
export function dataFolderError(dataDir: string, error: unknown): StartupError {
  if (error instanceof StartupError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const whatToDo =
    advice.find(([pattern]) => pattern.test(reason))?.[1] ??
    `See postgres/postgres.log in it, or set DATA_DIR to another folder, ${ownDatabase}.`;
  return new StartupError(`The data folder ${dataDir} cannot be used: ${reason}. ${whatToDo}`);
}
