import type { ErrorCode } from './error-catalogue.js';

const codes = new Map<string, ErrorCode>();

/**
 * Says, beside the constraints of an entity, which of them a client can violate, and which error that is:
 * `@Violations({ users_email_key: 'EMAIL_EXISTS' })`. To violate any other is a bug of ours.
 */
export function Violations(table: Readonly<Record<string, ErrorCode>>): ClassDecorator {
  return () => {
    for (const [constraint, code] of Object.entries(table)) codes.set(constraint, code);
  };
}

/** The error that the violation of a constraint is, if a client can be at fault. */
export function codeOfViolation(constraint: string): ErrorCode | undefined {
  return codes.get(constraint);
}
