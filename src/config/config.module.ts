import { Module, type DynamicModule } from '@nestjs/common';
import { Settings } from './settings.js';

/** Gives everyone the settings, which were read and checked before the application was made. */
@Module({})
export class ConfigModule {
  static for(settings: Settings): DynamicModule {
    const provider = { provide: Settings, useValue: settings };
    return { module: ConfigModule, global: true, providers: [provider], exports: [Settings] };
  }
}
