import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '../http/errors/app-error.js';
import { DatabaseStartup } from './database-startup.js';

const WITHOUT_DATABASE = Symbol('routes that answer while the database is not ready');

/** The routes of this controller answer also before the database is ready. */
export const WithoutDatabase = () => SetMetadata(WITHOUT_DATABASE, true);

/** Until the database is ready, every route is 503, unless it says that it can do without. */
@Injectable()
export class DatabaseReadyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: DatabaseStartup,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.database.isReady || this.reflector.get(WITHOUT_DATABASE, context.getClass())) {
      return true;
    }
    throw new AppError('SERVICE_UNAVAILABLE');
  }
}
