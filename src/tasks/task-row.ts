import type { Task } from './task.entity.js';

/** A task as a statement returns it: its times are RFC 3339 text already. */
export type TaskRow = { readonly [Column in keyof Task]: AsText<Task[Column]> };

type AsText<T> = T extends Date ? string : T;
