import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, Matches, Max, Min, ValidateIf } from 'class-validator';

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
  @Matches(/^postgres(ql)?:\/\/[^\s/]+(\/\S*)?$/, {
    message: 'must be a URL like postgres://user:password@host:5432/database',
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

  /** Connections to the database, at most. Migrations need no more than one. */
  @IntegerSetting(1, 1000)
  readonly DATABASE_POOL_SIZE: number = 10;

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
