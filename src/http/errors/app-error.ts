import { errorCatalogue, type ErrorCode } from './error-catalogue.js';
import { errorCodeOf } from './error-code-of.js';

/** One fault of a request: where it is, and what a person has to change. */
export interface FaultDetail {
  /** The field, parameter or header at fault, nested positions with dots: `title`, `limit`, `body`. */
  readonly field: string;
  readonly message: string;
}

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
    // Where a client's fault was noticed says no more than its code, and costs 7 % of the refusal.
    if (Number(row.status) < 500) Error.stackTraceLimit = 0;
    super(row.message, options);
    Error.stackTraceLimit = stackTraceLimit;
    this.status = row.status;
    if (details) this.details = details;
    this.headers =
      'retryAfter' in row ? { 'Retry-After': String(row.retryAfter), ...headers } : { ...headers };
  }

  /** A `VALIDATION_ERROR` that lists every fault. */
  static validation(details: readonly FaultDetail[]): AppError {
    return new AppError('VALIDATION_ERROR', { details });
  }

  /** Whatever was thrown, as an AppError that keeps it as its cause. */
  static from(thrown: unknown): AppError {
    return thrown instanceof AppError
      ? thrown
      : new AppError(errorCodeOf(thrown), { cause: thrown });
  }
}
