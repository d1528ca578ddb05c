import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { QueryConfig, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { AppError } from '../../http/errors/app-error.js';
import type { PipelinedPool } from './pipelined-pool.js';
import { timestampsAsText } from './timestamps-as-text.js';

/** An SQL statement whose parameters have names, like `:task_id`. */
export interface Statement {
  /** Says what it is; statements of the same name have the same text. */
  readonly name: string;
  /** Makes the text, once for each name. */
  text(this: void): string;
  /** It changes something. */
  readonly writes?: boolean;
  /** It may run long, or its best plan depends on the values: it shares neither connection nor plan. */
  readonly alone?: boolean;
}

interface Prepared {
  /** The name by which PostgreSQL knows it. */
  readonly name: string;
  readonly text: string;
  /** The parameters' names in the order of their numbers. */
  readonly parameters: readonly string[];
}

/**
 * Runs statements past TypeORM, on its own connections. TypeORM writes the SQL, from the entities, but
 * only once; and PostgreSQL parses and plans it once a connection.
 */
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
    { name, text, writes = false, alone = false }: Statement,
    values: object,
  ): Promise<Row[]> {
    const { master: pool } = this.dataSource.driver as { master?: PipelinedPool };
    if (!pool) throw new AppError('SERVICE_UNAVAILABLE');
    let prepared = this.prepared.get(name);
    if (!prepared) {
      prepared = this.prepare(text());
      this.prepared.set(name, prepared);
    }
    const query: QueryConfig = {
      name: alone || !pool.allowed.names ? undefined : prepared.name,
      text: prepared.text,
      values: prepared.parameters.map((parameter) => values[parameter as keyof typeof values]),
      types: timestampsAsText,
    };
    const { rows } = await (alone
      ? pool.query<Row>(query)
      : pool.queryInPipeline<Row>(query, writes));
    return rows;
  }

  private prepare(text: string): Prepared {
    const parameters: string[] = [];
    const numbered = text.replaceAll(/(?<!:):(\w+)/g, (_, parameter: string) => {
      if (!parameters.includes(parameter)) parameters.push(parameter);
      return `$${parameters.indexOf(parameter) + 1}`;
    });
    return { name: `statement_${this.prepared.size + 1}`, text: numbered, parameters };
  }
}
