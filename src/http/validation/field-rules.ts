import type { Type } from '@nestjs/common';
import { TransformationType, type TransformFnParams } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes, type ValidationArguments } from 'class-validator';

const { CONDITIONAL_VALIDATION, CUSTOM_VALIDATION } = ValidationTypes;

/** What the decorators of one field declare. */
export interface FieldRules {
  readonly name: string;
  /** The field's value in the form that is kept: trimmed, say, or read as a number. */
  read(input: object): unknown;
  /** The first thing that is wrong with the field of the object; undefined when nothing is. */
  faultOf(object: object): string | undefined;
}

const gathered = new WeakMap<Type, ReadonlyMap<string, FieldRules>>();

/**
 * The rules of a class by field, as its class-validator and class-transformer decorators declare them.
 * Both libraries gather them anew for every object, which was a tenth of a get's processor time.
 */
export function fieldRulesOf(type: Type): ReadonlyMap<string, FieldRules> {
  let rules = gathered.get(type);
  if (!rules) {
    rules = gather(type);
    gathered.set(type, rules);
  }
  return rules;
}

type Metadata = ReturnType<typeof metadataOf>[number];

function metadataOf(type: Type) {
  return getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
}

function gather(type: Type): ReadonlyMap<string, FieldRules> {
  const all = metadataOf(type);
  const names = new Set(all.map(({ propertyName }) => propertyName));
  return new Map(
    [...names].map((name) => {
      const own = all.filter(({ propertyName }) => propertyName === name);
      return [name, rulesOf(type, name, own)];
    }),
  );
}

function rulesOf(type: Type, name: string, metadata: readonly Metadata[]): FieldRules {
  const toClass = TransformationType.PLAIN_TO_CLASS;
  const transforms = defaultMetadataStorage.findTransformMetadatas(type, name, toClass);
  const conditions = metadata.filter((one) => one.type === CONDITIONAL_VALIDATION);
  const checks = metadata.filter((one) => !conditions.includes(one)).flatMap(checksOf);
  return {
    name,
    read: (input) => {
      let value = input[name as keyof typeof input] as unknown;
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
    faultOf: (object) => {
      const value = object[name as keyof typeof object] as unknown;
      for (const { constraints } of conditions) {
        if (!(constraints[0] as Condition)(object, value)) return undefined;
      }
      for (const check of checks) {
        const fault = check(object, value);
        if (fault !== undefined) return fault;
      }
      return undefined;
    },
  };
}

type Condition = (object: object, value: unknown) => boolean;
type Check = (object: object, value: unknown) => string | undefined;

/** @throws TypeError for what is not known here: rules for nested values and arrays, and `validateIf` */
function checksOf(metadata: Metadata): Check[] {
  const { type, constraintCls, constraints, message, each, propertyName, validateIf } = metadata;
  if (type !== CUSTOM_VALIDATION || each || validateIf) {
    throw new TypeError(`${propertyName} has a rule of a kind that is not known here`);
  }
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(({ instance }) => (object, value) => {
      const property = propertyName;
      const targetName = object.constructor.name;
      const args: ValidationArguments = { value, constraints, targetName, object, property };
      if (instance.validate(value, args)) return undefined;
      // Declared as always there, it is absent where a decorator was given none.
      const own = typeof message === 'function' ? message(args) : (message as string | undefined);
      return (own ?? instance.defaultMessage?.(args) ?? '').replaceAll('$property', property);
    });
}
