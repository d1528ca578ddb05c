import type { Type } from '@nestjs/common';
import { AppError, type FaultDetail } from '../../errors/app-error.js';
import { fieldRulesOf } from './field-rules.js';
import { mustNotBeEmpty } from './not-empty.decorator.js';

/** Most characters of an unknown field's name that are repeated to the client. */
const MAX_NAME = 100;

/**
 * Holds untrusted input against the rules of its class and returns an instance of it.
 *
 * @throws AppError `VALIDATION_ERROR` that names every fault, unknown fields included
 */
export function validate<T extends object>(type: Type<T>, input: object): T {
  const rules = fieldRulesOf(type);
  const given = Object.keys(input);
  const instance = new type();
  const unknown: FaultDetail[] = [];
  for (const field of given) {
    const own = rules.get(field);
    if (own) instance[field as keyof T] = own.read(input) as T[keyof T];
    else unknown.push({ field: cut(field), message: 'this field is not known here' });
  }
  const faults: FaultDetail[] = [];
  for (const rule of rules.values()) {
    const message = rule.faultOf(instance);
    if (message !== undefined) faults.push({ field: rule.name, message });
  }
  faults.push(...unknown);
  if (given.length === 0 && mustNotBeEmpty(type)) faults.push(emptyBody([...rules.keys()]));
  if (faults.length > 0) throw AppError.validation(faults);
  return instance;
}

/** A name that the client has made up, of bounded length. */
function cut(name: string): string {
  const characters = [...name.slice(0, 2 * MAX_NAME + 2)];
  return characters.length > MAX_NAME ? `${characters.slice(0, MAX_NAME).join('')}…` : name;
}

function emptyBody(known: readonly string[]): FaultDetail {
  return { field: 'body', message: `give at least one of ${known.join(', ')}` };
}
