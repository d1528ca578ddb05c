import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Where a page stands in its list. */
export class PageMeta {
  @ApiProperty({ description: 'The most items that this page could hold', example: 50 })
  readonly limit!: number;

  @ApiProperty({ description: 'Whether more follow', example: false })
  readonly has_more!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The `cursor` of the next page; null on the last one',
    example: null,
  })
  readonly next_cursor!: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'How many there are in the whole list; only with `include_total=true`',
    example: 0,
  })
  readonly total?: number;
}

/** One page of a list, as a service returns it. */
export class Page<T> {
  constructor(
    readonly items: readonly T[],
    readonly meta: PageMeta,
  ) {}

  /** The same page of what is made of its items. */
  map<U>(make: (item: T) => U): Page<U> {
    return new Page(this.items.map(make), this.meta);
  }
}
