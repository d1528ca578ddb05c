import type { Request } from 'express';
import { AppError, type FaultDetail } from '../../errors/app-error.js';
import type { RouteInputs } from './inputs.js';
import { validate } from './validate.js';

const places = { path: 'params', query: 'query', body: 'body' } as const;

/** Holds a part of the request against its class, and puts the instance in its place. */
export function checkPart(
  request: Request,
  inputs: RouteInputs,
  part: keyof typeof places,
): readonly FaultDetail[] {
  const type = inputs[part];
  if (!type) return [];
  const place = places[part];
  const { value, faults } = validate(type, request[place] as object);
  // Express has the query as a getter, which an assignment does not replace.
  if (place === 'query') Object.defineProperty(request, place, { value });
  else request[place] = value as Request['params'];
  return faults;
}

/** The faults of all but the path, and of the body only where it has been read. */
export function checkContent(request: Request, inputs: RouteInputs): readonly FaultDetail[] {
  return [
    ...checkPart(request, inputs, 'query'),
    ...(request.body === undefined ? [] : checkPart(request, inputs, 'body')),
    ...headerFaults(request, inputs),
  ];
}

function headerFaults({ headers }: Request, inputs: RouteInputs): readonly FaultDetail[] {
  return inputs.headers.flatMap((read) => {
    try {
      read(headers);
      return [];
    } catch (error) {
      return AppError.from(error).details ?? [];
    }
  });
}
