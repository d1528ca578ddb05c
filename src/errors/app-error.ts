import { errorCatalogue, type ErrorCode } from './error-catalogue.js';
import { errorCodeOf } from './error-code-of.js';

/** One fault of a request: where it is, and what a person has to change. */
export interface FaultDetail {
  /** The field, parameter or header at fault, nested positions with dots: `title`, `limit`, `body`. */
  readonly field: string;
  readonly message: string;
}

/** Most details of one error, so that an answer cannot be much larger than what provoked it. */
export const MAX_DETAILS = 100;

interface AppErrorOptions extends ErrorOptions {
  readonly details?: readonly FaultDetail[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The one error that this application throws: a row of the catalogue, with what is particular to the
 * case. Its message is the catalogue's, so that nothing internal can slip into an answer; what really
 * happened is kept as `cause` for the log.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly status: number;
  readonly details?: readonly FaultDetail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    { details, headers, ...options }: AppErrorOptions = {},
  ) {
    const row = errorCatalogue[code];
    const { stackTraceLimit } = Error;
    // Where a client's fault was noticed says no more than its code: no stack is taken for it.
    if (Number(row.status) < 500) Error.stackTraceLimit = 0;
    super(row.message, options);
    Error.stackTraceLimit = stackTraceLimit;
    this.status = row.status;
    if (details) this.details = details;
    this.headers =
      'retryAfter' in row ? { 'Retry-After': String(row.retryAfter), ...headers } : { ...headers };
  }

  /** A `VALIDATION_ERROR` that lists every fault; beyond 100, the last detail says how many more there are. */
  static validation(faults: readonly FaultDetail[]): AppError {
    const details = faults.slice(0, faults.length > MAX_DETAILS ? MAX_DETAILS - 1 : MAX_DETAILS);
    const more = faults.length - details.length;
    if (more > 0) details.push({ field: 'request', message: `there are ${more} more faults` });
    return new AppError('VALIDATION_ERROR', { details });
  }

  /** Whatever was thrown, as an AppError that keeps it as its cause. */
  static from(thrown: unknown): AppError {
    return thrown instanceof AppError
      ? thrown
      : new AppError(errorCodeOf(thrown), { cause: thrown });
  }
}
