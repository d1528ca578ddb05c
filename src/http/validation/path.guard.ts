import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError, type FaultDetail } from '../../errors/app-error.js';
import { readJson } from '../body/read-json.js';
import { checkContent, checkPart } from './check-inputs.js';
import { inputsOf, type RouteInputs } from './inputs.js';

/**
 * Holds the path against its class before anyone asks whose it is: what names nobody is refused to
 * everybody. The faults of query, body and headers are listed beside those of the path.
 */
@Injectable()
export class PathGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const inputs = inputsOf(context.getHandler());
    const faults = checkPart(request, inputs, 'path');
    return faults.length === 0 || refuse(request, http.getResponse(), inputs, faults);
  }
}

async function refuse(
  request: Request,
  response: Response,
  inputs: RouteInputs,
  faults: readonly FaultDetail[],
): Promise<never> {
  // A body that cannot be read has no faults to list, and the path is the reason for the refusal.
  if (inputs.body) await readJson(request, response, inputs.mediaTypes).catch(() => undefined);
  throw AppError.validation([...faults, ...checkContent(request, inputs)]);
}
