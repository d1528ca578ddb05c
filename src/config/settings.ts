import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, Matches, Max, Min, ValidateIf } from 'class-validator';

import { IsDatabaseUrl } from './database-url.decorator.js';
import { IsTrustProxy } from './trust-proxy.decorator.js';

/** From the quietest to the most talkative. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

function IntegerSetting(min: number, max: number): PropertyDecorator {
  const options = { message: `must be a whole number from ${min} to ${max}` };
  return (target, property) => {
    Type(() => Number)(target, property);
    IsInt(options)(target, property);
    Min(min, options)(target, property);
    Max(max, options)(target, property);
  };
}

/** The environment, as one validated class. Every property is the variable of the same name. */
export class Settings {
  /** TCP port of the HTTP server; 0 lets the system choose. */
  @IntegerSetting(0, 65_535)
  readonly PORT: number = 3000;

  /** Address to listen on. The default is reachable from this machine only; `0.0.0.0` opens it up. */
  @IsNotEmpty({ message: 'must be an IP address or a host name' })
  readonly HOST: string = '127.0.0.1';

  /** The PostgreSQL to use; absent, an embedded one is started. */
  @ValidateIf((_, value) => value !== undefined)
  @IsDatabaseUrl({
    message:
      'must be a URL like postgres://user:password@host:5432/database, in which special characters ' +
      'of user and password are percent-encoded: % as %25, / as %2F, # as %23, ? as %3F, @ as %40',
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  readonly DATABASE_URL?: string = undefined;

  /** Folder of the embedded PostgreSQL, relative to the working directory. */
  @IsNotEmpty({ message: 'must be the path of a folder' })
  readonly DATA_DIR: string = '.data';

  /** `auto` migrates at start; `manual` leaves it to `npm run migration:run`. */
  @IsIn(['auto', 'manual'], { message: 'must be auto or manual' })
  readonly MIGRATIONS: 'auto' | 'manual' = 'auto';

  @IsIn(logLevels, { message: `must be one of ${logLevels.join(', ')}` })
  readonly LOG_LEVEL: (typeof logLevels)[number] = 'info';

  /** Processes that serve requests. */
  @IntegerSetting(1, 64)
  readonly WEB_CONCURRENCY: number = 1;

  /**
   * Proxies in front whose `X-Forwarded-*` headers are believed: how many of them, or their addresses
   * with commas between. Express's `trust proxy`.
   */
  @ValidateIf((_, value) => value !== undefined)
  @Transform(({ value }: { value: unknown }) =>
    /^\d+$/.test(String(value)) ? Number(value) : value,
  )
  @IsTrustProxy({ message: 'must be a number of proxies, or addresses like 10.0.0.0/8, loopback' })
  readonly TRUST_PROXY?: number | string = undefined;

  /** Origins whose pages may call the API from a browser, with commas between. */
  @ValidateIf((_, value) => value !== undefined)
  @Matches(/^https?:\/\/[^\s,/]+(\s*,\s*https?:\/\/[^\s,/]+)*$/, {
    message: 'must be origins like https://app.example with commas between',
  })
  readonly CORS_ORIGINS?: string = undefined;

  /** Requests that one user, and one client address, may make in a window; 0 is no limit. */
  @IntegerSetting(0, 1_000_000)
  readonly RATE_LIMIT: number = 0;

  /** Length of the window, in seconds. */
  @IntegerSetting(1, 86_400)
  readonly RATE_LIMIT_WINDOW_S: number = 60;

  /** Where requests are counted: in each process by itself, or in the database for all of them. */
  @IsIn(['memory', 'database'], { message: 'must be memory or database' })
  readonly RATE_LIMIT_STORE: 'memory' | 'database' = 'memory';

  /** Connections to the database, at most; health has one more, and so has migrating at start. */
  @IntegerSetting(1, 1000)
  readonly DATABASE_POOL_SIZE: number = 10;

  /**
   * How many of these connections carry the short statements of many requests at once, as pipelines; one
   * is always left for the others. 0 gives every statement a connection to itself. Unused behind a pooler.
   */
  @IntegerSetting(0, 100)
  readonly DATABASE_PIPELINES: number = 6;

  /**
   * Whether PostgreSQL keeps statements under a name, parsed and planned once a connection: `auto` means
   * always, unless there is a pooler between, which may not know of them.
   */
  @IsIn(['auto', 'always', 'never'], { message: 'must be auto, always or never' })
  readonly DATABASE_NAMED_STATEMENTS: 'auto' | 'always' | 'never' = 'auto';

  /** Longest wait for a free or new connection, in milliseconds. */
  @IntegerSetting(1, 60_000)
  readonly DATABASE_CONNECT_TIMEOUT_MS: number = 3_000;

  /** Longest wait for a lock, in milliseconds; PostgreSQL's `lock_timeout`. */
  @IntegerSetting(1, 60_000)
  readonly DATABASE_LOCK_TIMEOUT_MS: number = 3_000;

  /** Longest run of a statement, in milliseconds; PostgreSQL's `statement_timeout`. */
  @IntegerSetting(1, 60_000)
  readonly DATABASE_STATEMENT_TIMEOUT_MS: number = 4_000;
}
