/**
 * The start cannot go on, and the person who started it can mend that. The message says what is
 * wrong and what to do, in full sentences; `main` prints it alone, without a stack, and exits with 1.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
