import type { Request } from 'express';

/** A response header that is made from a route's result: what sets it and what documents it. */
export interface ResponseHeader<T = unknown> {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  /** The header's value; undefined leaves the header out. */
  value(result: T, request: Request): string | undefined;
}
