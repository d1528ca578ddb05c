import type { Type } from '@nestjs/common';
import type { FaultDetail } from '../../errors/app-error.js';
import { fieldRulesOf, type Nested } from './field-rules.js';
import { mustNotBeEmpty } from './not-empty.decorator.js';

/** Most characters of an unknown field's name that are repeated to the client. */
const MAX_NAME = 100;

/** Input as an instance of its class, and everything that is wrong with it. */
export interface Validated<T> {
  readonly value: T;
  readonly faults: readonly FaultDetail[];
}

/**
 * Holds untrusted input against the rules of its class; unknown fields are faults, too.
 *
 * @param position where the input is in the whole, like `operations.3.task`; by default it is the whole
 */
export function validate<T extends object>(
  type: Type<T>,
  input: object,
  position?: string,
): Validated<T> {
  const within = position === undefined ? '' : `${position}.`;
  const rules = fieldRulesOf(type);
  const given = Object.keys(input);
  const value = new type();
  const unknown: FaultDetail[] = [];
  for (const name of given) {
    const own = rules.get(name);
    if (own) value[name as keyof T] = own.read(input) as T[keyof T];
    else unknown.push({ field: within + cut(name), message: 'this field is not known here' });
  }
  const faults: FaultDetail[] = [];
  for (const rule of rules.values()) {
    if (!rule.isChecked(value)) continue;
    const { name, nested } = rule;
    const own = rule.faultsOf(value, within + name);
    faults.push(...own);
    if (nested && own.length === 0) {
      const inside = validateNested(nested, value[name as keyof T], within + name);
      value[name as keyof T] = inside.value as T[keyof T];
      faults.push(...inside.faults);
    }
  }
  faults.push(...unknown);
  if (given.length === 0 && mustNotBeEmpty(type)) {
    const known = [...rules.keys()].join(', ');
    faults.push({ field: position ?? 'body', message: `give at least one of ${known}` });
  }
  return { value, faults };
}

/** The same for what a field holds: an object, or an array of them. */
function validateNested(
  { type, isArray }: Nested,
  input: unknown,
  position: string,
): Validated<unknown> {
  if (!isArray) return validateObject(type, input, position);
  if (!Array.isArray(input)) return refused(input, position, 'must be an array');
  const items = input.map((item, at) => validateObject(type, item, `${position}.${at}`));
  return {
    value: items.map(({ value }) => value),
    faults: items.flatMap(({ faults }) => faults),
  };
}

function validateObject(type: Type<object>, input: unknown, position: string): Validated<unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
    ? validate(type, input, position)
    : refused(input, position, 'must be an object');
}

function refused(value: unknown, field: string, reason: string): Validated<unknown> {
  const message = `${field} ${value === undefined ? 'is required' : reason}`;
  return { value, faults: [{ field, message }] };
}

/** A name that the client has made up, of bounded length. */
function cut(name: string): string {
  const characters = [...name.slice(0, 2 * MAX_NAME + 2)];
  return characters.length > MAX_NAME ? `${characters.slice(0, MAX_NAME).join('')}…` : name;
}
