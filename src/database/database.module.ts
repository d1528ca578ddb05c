import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Settings } from '../config/settings.js';
import { dataSourceOptions, type Schema } from './data-source-options.js';
import { DatabaseProbe } from './database-probe.js';
import { DatabaseStartup } from './database-startup.js';
import { Statements } from './statements/statements.js';

/** The connection to the database; DatabaseStartup opens it while the process already listens. */
@Module({
  providers: [DatabaseProbe, DatabaseStartup, Statements],
  exports: [DatabaseProbe, DatabaseStartup, Statements],
})
export class DatabaseModule {
  static for(url: string, settings: Settings, schema: Schema): DynamicModule {
    const options = { ...dataSourceOptions(url, settings, schema), manualInitialization: true };
    return { module: DatabaseModule, global: true, imports: [TypeOrmModule.forRoot(options)] };
  }
}
