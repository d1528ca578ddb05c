import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { AppError, type FaultDetail } from '../errors/app-error.js';
import { mustNotBeEmpty } from './not-empty.decorator.js';

/**
 * Holds untrusted input against the rules of its class and returns an instance of it.
 *
 * @throws AppError `VALIDATION_ERROR` that names every fault, unknown fields included
 */
export function validate<T extends object>(type: Type<T>, input: object): T {
  const known = fieldsOf(type);
  const given = Object.entries(input);
  const instance = plainToInstance(
    type,
    Object.fromEntries(given.filter(([name]) => known.has(name))),
    { exposeDefaultValues: true },
  );
  const faults = [
    ...validateSync(instance, { stopAtFirstError: true }).flatMap((error) => faultsIn(error)),
    ...given
      .filter(([name]) => !known.has(name))
      .map(([field]) => ({ field, message: 'this field is not known here' })),
    ...(given.length === 0 && mustNotBeEmpty(type) ? [emptyBody(known)] : []),
  ];
  if (faults.length > 0) throw AppError.validation(faults);
  return instance;
}

function fieldsOf(type: Type): ReadonlySet<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return new Set(rules.map(({ propertyName }) => propertyName));
}

function faultsIn(error: ValidationError, path: readonly string[] = []): FaultDetail[] {
  const field = [...path, error.property];
  return [
    ...Object.values(error.constraints ?? {}).map((message) => ({
      field: field.join('.'),
      message,
    })),
    ...(error.children ?? []).flatMap((child) => faultsIn(child, field)),
  ];
}

function emptyBody(known: ReadonlySet<string>): FaultDetail {
  return { field: 'body', message: `give at least one of ${[...known].join(', ')}` };
}
