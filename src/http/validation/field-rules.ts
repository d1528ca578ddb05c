import type { Type } from '@nestjs/common';
import { TransformationType, type TransformFnParams, type TypeMetadata } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes, type ValidationArguments } from 'class-validator';
import type { FaultDetail } from '../../errors/app-error.js';

const { CONDITIONAL_VALIDATION, CUSTOM_VALIDATION, NESTED_VALIDATION } = ValidationTypes;

/** What the decorators of one field declare. */
export interface FieldRules {
  readonly name: string;
  /** The class of the object, or of each object in the array, that the field holds. */
  readonly nested?: Type<object>;
  /** The field's value in the form that is kept: trimmed, say, or read as a number. */
  read(input: object): unknown;
  /** The first thing that is wrong with the field of the object, or with each element of its array. */
  faultsOf(object: object): readonly FaultDetail[];
}

const gathered = new WeakMap<Type, ReadonlyMap<string, FieldRules>>();

/**
 * The rules of a class by field, as its class-validator and class-transformer decorators declare them.
 * Both libraries gather them anew for every object; docs/performance.md says what that costs.
 *
 * @throws TypeError for a rule of a kind that is not known here
 */
export function fieldRulesOf(type: Type): ReadonlyMap<string, FieldRules> {
  let rules = gathered.get(type);
  if (!rules) {
    rules = gather(type);
    gathered.set(type, rules);
  }
  return rules;
}

/**
 * A body has no default values. A partial body that extends it would have them too, and so set a field
 * that its request leaves out.
 *
 * @throws TypeError for a class whose new instance has a value
 */
export function refuseDefaults(type: Type<object>): void {
  const set = Object.entries(new type()).filter(([, value]) => value !== undefined);
  if (set.length === 0) return;
  const names = set.map(([name]) => name).join(', ');
  throw new TypeError(`${type.name} gives ${names} a default; the service is the place for it`);
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
  const ofType = (wanted: string) => metadata.filter((one) => one.type === wanted);
  const conditions = ofType(CONDITIONAL_VALIDATION);
  const nested = ofType(NESTED_VALIDATION).length > 0 ? nestedTypeOf(type, name) : undefined;
  const checks = metadata
    .filter((one) => one.type !== CONDITIONAL_VALIDATION && one.type !== NESTED_VALIDATION)
    .flatMap(checksOf);
  return {
    name,
    ...(nested && { nested }),
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
    faultsOf: (object) => {
      const value = object[name as keyof typeof object] as unknown;
      for (const { constraints } of conditions) {
        if (!(constraints[0] as Condition)(object, value)) return NONE;
      }
      for (const check of checks) {
        const faults = check(object, value);
        if (faults.length > 0) return faults;
      }
      return NONE;
    },
  };
}

const NONE: readonly FaultDetail[] = [];

type Condition = (object: object, value: unknown) => boolean;
type Check = (object: object, value: unknown) => readonly FaultDetail[];

function nestedTypeOf(type: Type, name: string): Type<object> {
  const declared = defaultMetadataStorage.findTypeMetadata(type, name) as TypeMetadata | undefined;
  if (!declared) throw new TypeError(`${type.name}.${name} is nested: say in what with @Type`);
  const nested = declared.typeFunction() as Type<object>;
  fieldRulesOf(nested);
  return nested;
}

function checksOf(metadata: Metadata): Check[] {
  const { type, constraintCls, constraints, message, each, propertyName, validateIf } = metadata;
  if (type !== CUSTOM_VALIDATION || validateIf) {
    throw new TypeError(`${propertyName} has a rule of a kind that is not known here`);
  }
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(({ instance }) => {
      const check = (object: object, value: unknown, property: string) => {
        const targetName = object.constructor.name;
        const args: ValidationArguments = { value, constraints, targetName, object, property };
        if (instance.validate(value, args)) return NONE;
        // Declared as always there, it is absent where a decorator was given none.
        const own = typeof message === 'function' ? message(args) : (message as string | undefined);
        const words = own ?? instance.defaultMessage?.(args) ?? '';
        return [{ field: property, message: words.replaceAll('$property', property) }];
      };
      if (!each) return (object, value) => check(object, value, propertyName);
      return (object, value) =>
        Array.isArray(value)
          ? value.flatMap((item, at) => check(object, item, `${propertyName}.${at}`))
          : [{ field: propertyName, message: `${propertyName} must be an array` }];
    });
}
