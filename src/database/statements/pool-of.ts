import type { DataSource } from 'typeorm';
import type { PipelinedPool } from './pipelined-pool.js';

/** The pool that TypeORM has made; undefined before it has connected. */
export function poolOf({ driver }: DataSource): PipelinedPool | undefined {
  return (driver as { master?: PipelinedPool }).master;
}
