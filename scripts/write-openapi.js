import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../dist/src/app.module.js';
import { Settings } from '../dist/src/config/settings.js';
import { HttpAdapter } from '../dist/src/http/server/http-adapter.js';
import { openApiDocument } from '../dist/src/openapi.js';

// The document depends on the routes alone: the database at this address is never connected to.
const application = AppModule.for(new Settings(), 'postgres://127.0.0.1/none');
const app = await NestFactory.create(application, new HttpAdapter(), { logger: false });
const file = new URL('../docs/openapi.json', import.meta.url);
await writeFile(file, `${JSON.stringify(openApiDocument(app), null, 2)}\n`);
