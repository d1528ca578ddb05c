import 'reflect-metadata';
import cluster from 'node:cluster';
import { Logger } from '@nestjs/common';
import { readSettings } from './config/read-settings.js';
import { StartupError } from './config/startup-error.js';
import { PinoLogger } from './logging/pino-logger.js';
import { serve } from './process/serve.js';
import { supervise } from './process/supervise.js';

try {
  const settings = readSettings();
  const logger = new PinoLogger(settings);
  Logger.overrideLogger(logger);
  const isSupervisor = cluster.isPrimary && settings.WEB_CONCURRENCY > 1;
  await (isSupervisor ? supervise(settings) : serve(settings, logger));
} catch (error) {
  console.error(error instanceof StartupError ? error.message : error);
  process.exitCode = 1;
}
