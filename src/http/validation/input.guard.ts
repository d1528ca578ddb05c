import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '../../errors/app-error.js';
import { readJson } from '../body/read-json.js';
import { checkContent } from './check-inputs.js';
import { inputsOf, type RouteInputs } from './inputs.js';

/**
 * Reads the body of a route that has one and holds query and body against their classes, after all guards
 * that need neither. It is no pipe because the faults of all parts belong into one answer.
 */
@Injectable()
export class InputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const inputs = inputsOf(context.getHandler());
    if (!inputs.body) return accept(request, inputs);
    return readJson(request, http.getResponse(), inputs.mediaTypes).then(() =>
      accept(request, inputs),
    );
  }
}

function accept(request: Request, inputs: RouteInputs): true {
  const faults = checkContent(request, inputs);
  if (faults.length > 0) throw AppError.validation(faults);
  return true;
}
