import { Text } from '../../http/validation/text.decorator.js';
import { WholeNumber } from '../../http/validation/whole-number.decorator.js';

/** Which part of a user's tasks to list. */
export class ListTasksQuery {
  @WholeNumber({ min: 1, max: 1000, default: 50, description: 'The most tasks to return' })
  readonly limit: number = 50;

  @Text({
    max: 1000,
    optional: true,
    description: '`meta.next_cursor` of the page before',
    example: 'eyJhdCI6IjIwMjYtMDEtMzFUMDk6MzA6MDAuMDAwWiJ9',
  })
  readonly cursor?: string;
}
