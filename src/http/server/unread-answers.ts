import type { ServerResponse } from 'node:http';

/** Answers of more bytes than this are large; smaller ones are mostly taken by the system at once. */
export const LARGE_BYTES = 65_536;

/** Most bytes that may wait for their readers in this process, of all large answers together. */
const MAX_WAITING_BYTES = 67_108_864;

/** The large answers that wait in memory because their clients do not read them as fast as they are made. */
export class UnreadAnswers {
  private readonly responses = new Set<ServerResponse>();

  /** Whether one more large answer can wait, should its client be slow as well. */
  hasRoomFor(bytes: number): boolean {
    let waiting = bytes;
    for (const response of this.responses) waiting += response.writableLength;
    return waiting <= MAX_WAITING_BYTES;
  }

  /** Counts an answer that has been written, until its client has it all or has gone. */
  add(response: ServerResponse): void {
    // A client that is gone already was told of before, and would be counted for ever.
    if (response.writableLength === 0 || response.req.socket.destroyed) return;
    this.responses.add(response);
    response.once('close', () => this.responses.delete(response));
  }
}
