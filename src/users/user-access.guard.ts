import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { validate } from '../http/validation/validate.js';
import { TaskPath, UserPath } from '../tasks/task-path.js';

/**
 * Holds the path against its rules and decides whose tasks a request may touch: those of the user that its
 * path names. This is the place where authentication compares that user with the one who is signed in.
 */
@Injectable()
export class UserAccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { params } = context.switchToHttp().getRequest<Request>();
    validate('task_id' in params ? TaskPath : UserPath, params);
    return true;
  }
}
