import { getMetadataStorage, ValidationTypes, type ValidationArguments } from 'class-validator';
import type { FaultDetail } from '../../errors/app-error.js';

/** What a class-validator decorator declares. */
export type ValidationRule = ReturnType<typeof validationRulesOf>[number];

/** What one rule finds wrong with the value of a field, whose position is that within the whole input. */
export type Check = (object: object, value: unknown, position: string) => readonly FaultDetail[];

export const NO_FAULTS: readonly FaultDetail[] = [];

/** All rules of a class and of those that it extends. */
export function validationRulesOf(type: new () => object) {
  return getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
}

/**
 * The checks of a rule; with `each` it is one for every element of an array.
 *
 * @throws TypeError for a rule of a kind that is not known here, such as one whose answer is a promise
 */
export function checksOf(rule: ValidationRule): Check[] {
  const constraints = getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls);
  const isKnown = rule.type === ValidationTypes.CUSTOM_VALIDATION && !rule.validateIf;
  if (!isKnown || constraints.some(({ async }) => async)) {
    throw new TypeError(`${rule.propertyName} has a rule of a kind that is not known here`);
  }
  return constraints.map(({ instance }) => {
    const check: Check = (object, value, property) => {
      const targetName = object.constructor.name;
      const args = { value, constraints: rule.constraints, targetName, object, property };
      // Only true will do: a promise would seem to be.
      if (instance.validate(value, args) === true) return NO_FAULTS;
      // Declared as always there, it is absent where a decorator was given none.
      const own = rule.message as typeof rule.message | undefined;
      const words = typeof own === 'function' ? own(args) : own;
      return [{ field: property, message: filled(words ?? instance.defaultMessage?.(args), args) }];
    };
    return rule.each ? forEach(check) : check;
  });
}

function forEach(check: Check): Check {
  return (object, value, position) =>
    Array.isArray(value)
      ? value.flatMap((item, at) => check(object, item, `${position}.${at}`))
      : [{ field: position, message: `${position} must be an array` }];
}

/** A message with its placeholders filled in. "each value in" is left out: the position says which. */
function filled(words = '', { property, constraints }: ValidationArguments): string {
  return words
    .replace(/^each value in /, '')
    .replaceAll(/\$constraint(\d)/g, (_, number: string) =>
      [constraints[Number(number) - 1] as unknown].flat().join(', '),
    )
    .replaceAll('$property', property);
}
