/** A data folder that is of no use as it is; the message says why and what to do, in full sentences. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

const ownServer = 'or use a PostgreSQL of your own';

/** What to do about a reason, which is a message of Node's, of PostgreSQL's or of the loader's. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /ENOSPC|EDQUOT|No space left|quota/,
    'The disk is full: make room on it, or choose a folder on another disk.',
  ],
  [
    /spawn|shared librar|Library not loaded|cannot execute/,
    `The PostgreSQL that npm installed does not run here: try "npm rebuild", ${ownServer}.`,
  ],
  [
    /EACCES|EPERM|EROFS|permission|Permission|not permitted|Read-only|ownership/,
    'Start as the user who owns the folder, or choose a folder of your own.',
  ],
  [/EEXIST|ENOTDIR|EISDIR|ot a directory|mkdir/, 'No folder can be there: choose another path.'],
  [/incompatible/, 'Start the version that made the data, or choose a new folder.'],
  [
    /ENOENT|No such file|does not exist|not a database cluster/,
    'This is no complete data folder: restore it, or choose another.',
  ],
];

/** What the person who starts the program reads. */
export function dataFolderError(dataDir: string, error: unknown): DataFolderError {
  if (error instanceof DataFolderError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const whatToDo =
    advice.find(([pattern]) => pattern.test(reason))?.[1] ??
    `See postgres/postgres.log in it, or choose another folder, ${ownServer}.`;
  return new DataFolderError(`The data folder ${dataDir} cannot be used: ${reason}. ${whatToDo}`);
}
