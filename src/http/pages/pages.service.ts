import { Injectable } from '@nestjs/common';
import { Statements } from '../../database/statements/statements.js';
import { AppError } from '../../errors/app-error.js';
import type { CursorSecret } from './cursor-secret.entity.js';
import { decodeCursor, encodeCursor, type Position } from './cursor.js';
import { Page } from './page.js';
import type { PageQuery } from './page.query.js';

/** A list that can be read from any place in it. */
export interface List<Row> {
  /** Reads the rows after the position, one more than a page holds, which says that there is more. */
  readonly read: (after: Position | undefined) => Promise<readonly Row[]>;
  /** How many rows there are in the whole list, where the query asks for it. */
  readonly total: (rows: readonly Row[]) => number | Promise<number>;
  /** Where a row is: what the list is ordered by. */
  readonly positionOf: (row: Row) => Position;
}

/** What may change from page to page of one list. */
const changeable: ReadonlySet<string> = new Set<keyof PageQuery>([
  'limit',
  'cursor',
  'include_total',
]);

/** Reads lists page by page, with cursors that are bound to the list that they were made for. */
@Injectable()
export class Pages {
  private secret?: Buffer;

  constructor(private readonly statements: Statements) {}

  /**
   * @param of what tells the list from others besides its query: whose it is, say
   * @throws AppError `VALIDATION_ERROR` for a cursor of another list
   */
  async read<Row>(of: string, query: PageQuery, list: List<Row>): Promise<Page<Row>> {
    const { limit, cursor, include_total } = query;
    const name = nameOf(of, query);
    const secret = await this.readSecret();
    const after = cursor === undefined ? undefined : decodeCursor(secret, name, cursor);
    const rows = await list.read(after);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const next_cursor =
      rows.length > limit && last ? encodeCursor(secret, name, list.positionOf(last)) : null;
    return new Page(items, {
      limit,
      has_more: next_cursor !== null,
      next_cursor,
      ...(include_total && { total: await list.total(rows) }),
    });
  }

  /** Read once a process: it never changes. */
  private async readSecret(): Promise<Buffer> {
    if (this.secret) return this.secret;
    const text = 'SELECT secret FROM cursor_secret';
    const [row] = await this.statements.run<CursorSecret>({ text }, {});
    if (!row) throw new AppError('INTERNAL_SERVER_ERROR', { cause: new Error('no cursor_secret') });
    this.secret = row.secret;
    return row.secret;
  }
}

/** What a cursor is bound to: the values of all that makes the list, however they were written. */
function nameOf(of: string, query: PageQuery): string {
  const own = Object.entries(query).filter(([name]) => !changeable.has(name));
  return JSON.stringify([of, ...own.toSorted()]);
}
