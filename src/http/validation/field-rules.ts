import type { Type } from '@nestjs/common';
import { TransformationType, type TransformFnParams, type TypeMetadata } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { ValidationTypes } from 'class-validator';
import type { FaultDetail } from '../../errors/app-error.js';
import { checksOf, NO_FAULTS, validationRulesOf, type ValidationRule } from './field-checks.js';

const { CONDITIONAL_VALIDATION, NESTED_VALIDATION } = ValidationTypes;

/** What the decorators of one field declare. */
export interface FieldRules {
  readonly name: string;
  readonly nested?: Nested;
  /** The field's value in the form that is kept: trimmed, say, or read as a number. */
  read(input: object): unknown;
  /** Whether the field's conditions, of `ValidateIf`, want it checked: an optional one that is absent is not. */
  isChecked(object: object): boolean;
  /** The first thing that is wrong with the field of the object, or with each element of its array. */
  faultsOf(object: object, position: string): readonly FaultDetail[];
}

/** That a field holds an object of a class with rules, or an array of them. */
export interface Nested {
  readonly type: Type<object>;
  readonly isArray: boolean;
}

const gathered = new WeakMap<Type, ReadonlyMap<string, FieldRules>>();

/**
 * The rules of a class by field, as its class-validator and class-transformer decorators declare them.
 * Both libraries gather them anew for every object; docs/performance.md says what that costs.
 *
 * @throws TypeError for a rule of a kind that is not known here
 */
export function fieldRulesOf(type: Type<object>): ReadonlyMap<string, FieldRules> {
  let rules = gathered.get(type);
  if (!rules) {
    rules = gather(type);
    gathered.set(type, rules);
  }
  return rules;
}

/**
 * A body has no default values, nor has an object in it. A partial body that extends it would have them
 * too, and so set a field that its request leaves out.
 *
 * @throws TypeError for a class whose new instance has a value
 */
export function refuseDefaults(type: Type<object>): void {
  const set = Object.entries(new type()).filter(([, value]) => value !== undefined);
  if (set.length > 0) {
    const names = set.map(([name]) => name).join(', ');
    throw new TypeError(`${type.name} gives ${names} a default; the service is the place for it`);
  }
  for (const { nested } of fieldRulesOf(type).values()) {
    if (nested) refuseDefaults(nested.type);
  }
}

function gather(type: Type<object>): ReadonlyMap<string, FieldRules> {
  const all = validationRulesOf(type);
  const names = new Set(all.map(({ propertyName }) => propertyName));
  return new Map(
    [...names].map((name) => {
      const own = all.filter(({ propertyName }) => propertyName === name);
      return [name, rulesOf(type, name, own)];
    }),
  );
}

type Condition = (object: object, value: unknown) => boolean;

function rulesOf(type: Type<object>, name: string, all: readonly ValidationRule[]): FieldRules {
  const toClass = TransformationType.PLAIN_TO_CLASS;
  const transforms = defaultMetadataStorage.findTransformMetadatas(type, name, toClass);
  const conditions = all
    .filter((rule) => rule.type === CONDITIONAL_VALIDATION)
    .map(({ constraints: [condition] }) => condition as Condition);
  const nested = all.find((rule) => rule.type === NESTED_VALIDATION);
  const checks = all
    .filter((rule) => rule.type !== CONDITIONAL_VALIDATION && rule.type !== NESTED_VALIDATION)
    .flatMap(checksOf);
  const valueIn = (object: object) => object[name as keyof typeof object] as unknown;
  return {
    name,
    ...(nested && { nested: { type: nestedTypeOf(type, name), isArray: nested.each } }),
    read: (input) => {
      let value = valueIn(input);
      for (const { transformFn } of transforms) {
        const params: TransformFnParams = {
          value,
          key: name,
          obj: input,
          type: toClass,
          options: {},
        };
        value = transformFn(params) as unknown;
      }
      return value;
    },
    isChecked: (object) => {
      const value = valueIn(object);
      return conditions.every((condition) => condition(object, value));
    },
    faultsOf: (object, position) => {
      const value = valueIn(object);
      for (const check of checks) {
        const faults = check(object, value, position);
        if (faults.length > 0) return faults;
      }
      return NO_FAULTS;
    },
  };
}

function nestedTypeOf(type: Type<object>, name: string): Type<object> {
  const declared = defaultMetadataStorage.findTypeMetadata(type, name) as TypeMetadata | undefined;
  if (!declared) throw new TypeError(`${type.name}.${name} is nested: say in what with @Type`);
  const nested = declared.typeFunction() as Type<object>;
  fieldRulesOf(nested);
  return nested;
}
