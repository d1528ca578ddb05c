import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { schema } from './schema.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { TasksModule } from './tasks/tasks.module.js';

// Routes are tried in this order, so those that are asked for most come first.
@Module({ imports: [TasksModule, HealthModule, MetricsModule, HttpModule] })
export class AppModule {
  /** The whole application, on the database at the URL. */
  static for(settings: Settings, databaseUrl: string): DynamicModule {
    const imports = [ConfigModule.for(settings), DatabaseModule.for(databaseUrl, settings, schema)];
    return { module: AppModule, imports };
  }
}
