import type { Duplex } from 'node:stream';
import pg, { type ClientConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { requireScram } from '@tasks/embedded-postgres/require-scram';

/** A connection that has been silent for so long, in milliseconds, is asked before it is trusted. */
const RESTED_MS = 2_000;

/** How long it may take to answer, in milliseconds. */
const PATIENCE_MS = 500;

/** Where pg begins to read a stream: at first, and again when TLS has taken over. */
interface Reader {
  attachListeners(stream: Pick<Duplex, 'on'>): void;
}

/** What pg takes, and what this client takes besides. */
export interface DatabaseClientConfig extends ClientConfig {
  /** The server has to prove that it knows the password, too. */
  readonly requireScram?: boolean;
}

/** A connection that knows when it was opened and last heard of, and survives what it cannot read. */
export class DatabaseClient extends pg.Client {
  /** On the clock of `performance.now()`, as all times here. */
  readonly opened = performance.now();
  private heard = this.opened;

  constructor(config?: DatabaseClientConfig) {
    super(config);
    if (config?.requireScram) requireScram(this);
    const reader = this.connection as unknown as Reader;
    const attach = reader.attachListeners.bind(reader);
    reader.attachListeners = (stream) => {
      attach(this.guarded(stream));
    };
  }

  /** Whether it has rested so long that the network may have forgotten it. */
  get hasRested(): boolean {
    return performance.now() - this.heard > RESTED_MS;
  }

  /** Whether the server is still at the other end. If it is not, the connection has been cut. */
  async answers(): Promise<boolean> {
    const patience = setTimeout(() => {
      this.cut();
    }, PATIENCE_MS);
    try {
      await this.query('SELECT 1');
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(patience);
    }
  }

  /**
   * Runs a statement. What pg throws at a row that it cannot read is the connection's fault.
   *
   * @throws what pg throws otherwise
   */
  async run<R extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<R>> {
    try {
      return await this.query<R>(query);
    } catch (error) {
      throw error instanceof TypeError || error instanceof RangeError ? nonsense(error) : error;
    }
  }

  /** Closes without a farewell, which a silent network would keep for a quarter of an hour. */
  cut(): void {
    this.connection.stream.destroy();
  }

  /**
   * The stream as pg's parser reads it. What the parser throws at bytes that are none of PostgreSQL's ends
   * this connection; thrown inside a socket's event, it would end the process.
   */
  private guarded(stream: Pick<Duplex, 'on'>): Pick<Duplex, 'on'> {
    const on = (event: string, listener: (chunk: unknown) => void) =>
      stream.on(event, (chunk: unknown) => {
        this.heard = performance.now();
        try {
          listener(chunk);
        } catch (cause) {
          this.connection.stream.destroy(nonsense(cause));
        }
      });
    return { on } as Pick<Duplex, 'on'>;
  }
}

function nonsense(cause: unknown): Error {
  return new Error('Connection terminated unexpectedly: the server sent nonsense', { cause });
}
