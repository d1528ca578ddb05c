import { ValidateBy, type ValidationOptions } from 'class-validator';
import { Client } from 'pg';

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
    const { port } = new Client(value);
    return port >= 1 && port <= 65_535;
  } catch (error) {
    // A certificate's file that is not there may be there later; the start will say so until then.
    return error instanceof Error && 'syscall' in error;
  }
}
