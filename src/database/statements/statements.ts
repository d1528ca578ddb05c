import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { QueryConfig, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { AppError } from '../../errors/app-error.js';
import { numberParameters, type Numbered } from './named-parameters.js';
import { poolOf } from './pool-of.js';
import { isNameOfNoUse } from '../../errors/sqlstates.js';
import { timestampsAsText } from './timestamps-as-text.js';

/** An SQL statement whose parameters have names, like `:task_id`. */
export interface Statement {
  readonly text: string;
  /** It changes something. */
  readonly writes?: boolean;
  /** It may run long, or its best plan depends on the values: it shares neither connection nor plan. */
  readonly alone?: boolean;
}

interface Prepared extends Numbered {
  /** The name by which PostgreSQL knows it. */
  readonly name: string;
}

/** Texts that are remembered, at most: several times what the features can come up with. */
const MOST_TEXTS = 1_000;

/** Runs SQL past TypeORM, on its connections; PostgreSQL parses and plans a text once a connection. */
@Injectable()
export class Statements {
  private readonly prepared = new Map<string, Prepared>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * The rows of a statement, their timestamps as RFC 3339 text.
   *
   * @throws AppError `SERVICE_UNAVAILABLE` before the database has been reached; what pg throws
   */
  async run<Row extends QueryResultRow>(
    { text, writes = false, alone = false }: Statement,
    values: object,
  ): Promise<Row[]> {
    const pool = poolOf(this.dataSource);
    if (!pool) throw new AppError('SERVICE_UNAVAILABLE', { cause: new Error('not connected yet') });
    const prepared = this.prepared.get(text) ?? this.prepare(text, values);
    const query: QueryConfig = {
      name: alone || !pool.allowed.names ? undefined : prepared.name,
      text: prepared.text,
      values: prepared.parameters.map((parameter) => values[parameter as keyof typeof values]),
      types: timestampsAsText,
    };
    const { user_id: user } = values as { readonly user_id?: string };
    if (alone) return (await pool.queryAlone<Row>(query, user)).rows;
    try {
      return (await pool.queryInPipeline<Row>(query, writes, user)).rows;
    } catch (error) {
      if (!isNameOfNoUse(error)) throw error;
    }
    return (await pool.queryAlone<Row>({ ...query, name: undefined }, user)).rows;
  }

  private prepare(text: string, values: object): Prepared {
    const numbered = numberParameters(text);
    const missing = numbered.parameters.filter((parameter) => !(parameter in values));
    if (missing.length > 0) throw new TypeError(`No value for ${missing.join()} in: ${text}`);
    const prepared = { name: nameOf(numbered.text), ...numbered };
    if (this.prepared.size === MOST_TEXTS) this.prepared.clear();
    this.prepared.set(text, prepared);
    return prepared;
  }
}

/**
 * The text's own name, of 37 of the 63 bytes that PostgreSQL keeps: behind a pooler, where sessions are shared
 * with other processes and versions, it must not be another text's.
 */
function nameOf(text: string): string {
  return `task_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
