import 'reflect-metadata';
import cluster from 'node:cluster';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { Logger } from '@nestjs/common';
import { readSettings } from './config/read-settings.js';
import { StartupError } from './errors/startup-error.js';
import { PinoLogger } from './logging/pino-logger.js';
import { printError } from './logging/print-error.js';
import { serve } from './process/serve.js';
import { supervise } from './process/supervise.js';

// By itself V8 lets the little that lives here, 40 MB, grow fourfold before it collects garbage;
// docs/performance.md has what collecting earlier saves and costs. V8 reads the figure anew at each
// collection, so it need not be on the command line, where every way of starting would have to repeat it.
setFlagsFromString('--heap-growing-percent=100');

try {
  const settings = readSettings();
  const logger = new PinoLogger(settings);
  Logger.overrideLogger(logger);
  // Node itself would write it to standard error, and wait until it is read.
  process.removeAllListeners('warning').on('warning', (warning) => {
    logger.warn(warning, 'Node');
  });
  const isSupervisor = cluster.isPrimary && settings.WEB_CONCURRENCY > 1;
  await (isSupervisor ? supervise(settings) : serve(settings, logger));
} catch (error) {
  printError(error instanceof StartupError ? error.message : inspect(error));
  process.exitCode = 1;
}
