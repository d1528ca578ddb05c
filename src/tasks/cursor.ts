import { createHash } from 'node:crypto';
import { AppError } from '../http/errors/app-error.js';
import type { Task } from './task.entity.js';

/** The place of a task in a user's list, newest first. */
export type Position = Pick<Task, 'created_at' | 'id'>;

const CHECK_BYTES = 12;
const ID_BYTES = 16;
const TIME_BYTES = 8;

/**
 * Writes a position as text for clients to hand back: time, id, and a digest that binds both to the
 * user, so that a cursor that was cut, changed or made for someone else is noticed.
 */
export function encodeCursor(userId: string, { created_at, id }: Position): string {
  const position = Buffer.alloc(TIME_BYTES + ID_BYTES);
  position.writeBigInt64BE(BigInt(created_at.getTime()));
  position.write(id.replaceAll('-', ''), TIME_BYTES, 'hex');
  return Buffer.concat([digest(userId, position), position]).toString('base64url');
}

/** @throws AppError `VALIDATION_ERROR` for a text that is no cursor of this user's list */
export function decodeCursor(userId: string, cursor: string): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(CHECK_BYTES);
  if (
    bytes.toString('base64url') !== cursor ||
    position.length !== TIME_BYTES + ID_BYTES ||
    !digest(userId, position).equals(bytes.subarray(0, CHECK_BYTES))
  ) {
    throw AppError.validation([
      { field: 'cursor', message: 'cursor must be a next_cursor of this list' },
    ]);
  }
  return {
    created_at: new Date(Number(position.readBigInt64BE())),
    id: position.toString('hex', TIME_BYTES),
  };
}

function digest(userId: string, position: Buffer): Buffer {
  return createHash('sha256').update(position).update(userId).digest().subarray(0, CHECK_BYTES);
}
