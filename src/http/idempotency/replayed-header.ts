import type { ResponseHeader } from '../envelope/response-header.js';
import { isReplay } from './once.js';

/** That the answer is an earlier one, given again. */
export const replayed: ResponseHeader<object> = {
  name: 'Idempotency-Replayed',
  description: '`true` when this is the answer to an earlier request with the same key',
  example: 'true',
  value: (answer) => (isReplay(answer) ? 'true' : undefined),
};
