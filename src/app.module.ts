import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { RateLimitGuard } from './http/rate-limit/rate-limit.guard.js';
import { InputGuard } from './http/validation/input.guard.js';
import { PathGuard } from './http/validation/path.guard.js';
import { schema } from './schema.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { TasksModule } from './tasks/tasks.module.js';
import { UserAccessGuard } from './users/user-access.guard.js';

/** What a request meets on its way to the controller, in this order. */
const guards = [PathGuard, UserAccessGuard, RateLimitGuard, InputGuard];

// Routes are tried in this order, so those that are asked for most come first.
@Module({
  imports: [TasksModule, HealthModule, MetricsModule, HttpModule],
  providers: guards.map((useClass) => ({ provide: APP_GUARD, useClass })),
})
export class AppModule {
  /** The whole application, on the database at the URL. */
  static for(settings: Settings, databaseUrl: string): DynamicModule {
    const imports = [ConfigModule.for(settings), DatabaseModule.for(databaseUrl, settings, schema)];
    return { module: AppModule, imports };
  }
}
