import type { Type } from '@nestjs/common';
import type { FaultDetail } from '../../errors/app-error.js';
import { fieldRulesOf } from './field-rules.js';
import { mustNotBeEmpty } from './not-empty.decorator.js';

/** Most characters of an unknown field's name that are repeated to the client. */
const MAX_NAME = 100;

/** Input as an instance of its class, and everything that is wrong with it. */
export interface Validated<T> {
  readonly value: T;
  readonly faults: readonly FaultDetail[];
}

/** Holds untrusted input against the rules of its class; unknown fields are faults, too. */
export function validate<T extends object>(type: Type<T>, input: object): Validated<T> {
  const rules = fieldRulesOf(type);
  const given = Object.keys(input);
  const value = new type();
  const unknown: FaultDetail[] = [];
  for (const field of given) {
    const own = rules.get(field);
    if (own) value[field as keyof T] = own.read(input) as T[keyof T];
    else unknown.push({ field: cut(field), message: 'this field is not known here' });
  }
  const faults: FaultDetail[] = [];
  for (const rule of rules.values()) {
    const { name, nested } = rule;
    const own = rule.faultsOf(value);
    faults.push(...own);
    if (nested && own.length === 0 && name in value) {
      const inside = validateNested(nested, name, value[name as keyof T]);
      value[name as keyof T] = inside.value as T[keyof T];
      faults.push(...inside.faults);
    }
  }
  faults.push(...unknown);
  if (given.length === 0 && mustNotBeEmpty(type)) {
    const known = [...rules.keys()].join(', ');
    faults.push({ field: 'body', message: `give at least one of ${known}` });
  }
  return { value, faults };
}

/** The same for an object in a field, or for each in its array: `operations.3.task.title`. */
function validateNested(type: Type<object>, field: string, input: unknown): Validated<unknown> {
  if (Array.isArray(input)) {
    const items = input.map((item, at) => validateNested(type, `${field}.${at}`, item));
    return {
      value: items.map(({ value }) => value),
      faults: items.flatMap(({ faults }) => faults),
    };
  }
  if (typeof input !== 'object' || input === null) {
    return { value: input, faults: [{ field, message: `${field} must be an object` }] };
  }
  const { value, faults } = validate(type, input);
  return {
    value,
    faults: faults.map((fault) => ({
      field: `${field}.${fault.field}`,
      message: fault.message.startsWith(`${fault.field} `)
        ? `${field}.${fault.message}`
        : fault.message,
    })),
  };
}

/** A name that the client has made up, of bounded length. */
function cut(name: string): string {
  const characters = [...name.slice(0, 2 * MAX_NAME + 2)];
  return characters.length > MAX_NAME ? `${characters.slice(0, MAX_NAME).join('')}…` : name;
}
