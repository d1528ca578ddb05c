import { QueryFlag } from '../validation/query-flag.decorator.js';
import { Text } from '../validation/text.decorator.js';
import { WholeNumber } from '../validation/whole-number.decorator.js';

/** Which part of a list to return; the query of a list extends it with filters and orders. */
export class PageQuery {
  @WholeNumber({ min: 1, max: 1000, default: 50, description: 'The most items to return' })
  readonly limit: number = 50;

  @Text({
    max: 2000,
    optional: true,
    description:
      '`meta.next_cursor` of the page before, of the same user, filters and sort; `limit` and ' +
      '`include_total` may change along the way',
    example: 'nLw3Jx0PzY8Vt1c2u5qkWQGZtaZ8AHzDmMTcDAwHOY8yMDI2LTAxLTMxVDA5OjMwOjAwLjAwMFo',
  })
  readonly cursor?: string;

  @QueryFlag({
    default: false,
    description: 'Whether to count all items of the list, as `meta.total`',
  })
  readonly include_total: boolean = false;
}
