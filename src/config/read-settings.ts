import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { config } from 'dotenv';
import { Settings } from './settings.js';
import { StartupError } from '../errors/startup-error.js';

/**
 * Reads `.env`, if there is one, below the real environment and checks all of it at once. A variable
 * set to nothing counts as absent.
 *
 * @throws StartupError that names every variable at fault and prints no value
 */
export function readSettings(): Settings {
  config({ quiet: true });
  return settingsFrom(process.env);
}

/** The same for any set of variables; others than those of `Settings` are ignored. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.keys(new Settings())
    .map((name) => [name, environment[name]] as const)
    .filter(([, value]) => value !== undefined && value.trim() !== '');
  const settings = plainToInstance(Settings, Object.fromEntries(given), {
    exposeDefaultValues: true,
  });
  const errors = validateSync(settings, { stopAtFirstError: true });
  if (errors.length === 0) return settings;
  const faults = errors.map(
    ({ property, constraints = {} }) => `  ${property} ${Object.values(constraints).join(', ')}`,
  );
  throw new StartupError(
    ['Some settings are wrong. Correct them in the environment or in .env:', ...faults].join('\n'),
  );
}
