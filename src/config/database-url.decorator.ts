import { ValidateBy, type ValidationOptions } from 'class-validator';
import { Client } from 'pg';
import { withLibpqSslModes } from './libpq-ssl-modes.js';

/**
 * Everything up to the host ends before the first `/`, `?` or `#`; an `@` behind it is that of a password
 * which contains such a character as it is, and is sent to nobody knows where.
 */
const SHAPE = /^postgres(ql)?:\/\/[^\s/?#]+([/?][^\s@#]*)?$/;

/** A connection string that everybody who reads it can read, and reads in the same way. */
export function IsDatabaseUrl(options: ValidationOptions): PropertyDecorator {
  return ValidateBy({ name: 'isDatabaseUrl', validator: { validate: isDatabaseUrl } }, options);
}

function isDatabaseUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !SHAPE.test(value)) return false;
  try {
    decodeURIComponent(value);
    // It does not connect yet.
    const { port } = new Client(withLibpqSslModes(value));
    return port >= 1 && port <= 65_535;
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    // Anything else, such as a certificate's file that is not there yet, the start will say.
    return name !== 'URIError' && code !== 'ERR_INVALID_URL';
  }
}
