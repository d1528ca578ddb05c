import type { AppError, FaultDetail } from '../../errors/app-error.js';
import type { ErrorCode } from '../../errors/error-catalogue.js';
import { Page, type PageMeta } from '../pages/page.js';

/** What every successful JSON answer looks like. */
export interface SuccessEnvelope<T> {
  readonly success: true;
  readonly data: T;
  readonly message: string;
  /** On lists only. */
  readonly meta?: PageMeta;
}

/** What every other JSON answer looks like. */
export interface FailureEnvelope {
  readonly success: false;
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    /** On validation errors only: every fault at once. */
    readonly details?: readonly FaultDetail[];
  };
}

/** Puts a result into the envelope; a page also brings its `meta`. */
export function success(result: unknown, message: string): SuccessEnvelope<unknown> {
  return result instanceof Page
    ? { success: true, data: result.items, message, meta: result.meta }
    : { success: true, data: result, message };
}

/** Puts an error into the envelope. */
export function failure({ code, message, details }: AppError): FailureEnvelope {
  return { success: false, error: { code, message, ...(details && { details }) } };
}
