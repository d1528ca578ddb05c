import { PageQuery } from '../../http/pages/page.query.js';
import { Choice } from '../../http/validation/choice.decorator.js';
import { Instant } from '../../http/validation/instant.decorator.js';
import { QueryFlag } from '../../http/validation/query-flag.decorator.js';
import { Text } from '../../http/validation/text.decorator.js';

const sorts = [
  'created_at',
  '-created_at',
  'updated_at',
  '-updated_at',
  'title',
  '-title',
] as const;

/** Which of a user's tasks to list, in which order, and which part of them. */
export class ListTasksQuery extends PageQuery {
  @QueryFlag({ description: 'Only tasks that are done (true) or open (false)', example: false })
  readonly completed?: boolean;

  @Text({
    min: 1,
    max: 200,
    optional: true,
    description:
      'Only tasks with this text in title or description, whether in capitals or not; not trimmed, ' +
      'and no character is special',
    example: 'letter',
  })
  readonly search?: string;

  @Instant({
    description: 'Only tasks created at this moment or later',
    example: '2026-01-01T00:00:00Z',
  })
  readonly created_after?: Date;

  @Instant({
    description: 'Only tasks created before this moment',
    example: '2026-02-01T00:00:00+01:00',
  })
  readonly created_before?: Date;

  @Choice({
    of: sorts,
    default: '-created_at',
    description:
      'The order; `-` means descending. `title` goes by code point. Ties are broken by `id` in the ' +
      'same direction',
  })
  readonly sort: (typeof sorts)[number] = '-created_at';
}
