import { parseArgs } from 'node:util';

/** A mistake on the command line, told without a stack. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 *
 * @param {string} usage printed for --help
 * @param {import('node:util').ParseArgsConfig['options']} options
 */
export function readArguments(usage, options) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (!values.help) return values;
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`);
  }
  console.log(usage);
  process.exit(0);
}

/** A whole number from `min` to `max`, or the default when the option was not given. */
export function number(name, text, fallback, min, max) {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}`);
}

/** A list like `get,put`, of known names; all of them when the option was not given. */
export function names(name, text, known) {
  const given = text === undefined ? known : text.split(',');
  const unknown = given.filter((one) => !known.includes(one));
  if (unknown.length === 0) return given;
  throw new UsageError(`--${name}: ${unknown.join(', ')} is none of ${known.join(', ')}`);
}

/** Runs a benchmark to its end; a mistake on the command line is told without a stack. */
export async function runProgram(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
    process.exitCode = 1;
  }
}
