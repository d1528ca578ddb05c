import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';

interface TextRule {
  /** Fewest characters, after trimming where `trim` is set. Default 0. */
  readonly min?: number;
  /** Most characters. */
  readonly max: number;
  /** Remove white space around the text, as JavaScript's `trim()` does. */
  readonly trim?: boolean;
  /** Allow null, which means "none". */
  readonly nullable?: boolean;
  /** The field may be absent. */
  readonly optional?: boolean;
  /** Refuse text that is nothing but white space. */
  readonly notBlank?: boolean;
  /** Refuse control characters (Unicode category Cc). */
  readonly noControls?: boolean;
  readonly description: string;
  readonly example: string;
}

/**
 * A text field: its rule, its normalisation and its place in the OpenAPI document. A character is a
 * Unicode code point, as in JSON Schema's `maxLength` and in PostgreSQL's `char_length`. U+0000, which
 * PostgreSQL cannot store, and lone surrogates, which UTF-8 cannot express, are always refused.
 */
export function Text(rule: TextRule): PropertyDecorator {
  const { min = 0, max, trim = false, nullable = false, optional = false } = rule;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      trim && typeof value === 'string' ? value.trim() : value,
    ),
    ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null)),
    ValidateBy({
      name: 'text',
      validator: {
        validate: (value: unknown) => faultOf(value, rule) === undefined,
        defaultMessage: (args?: ValidationArguments) =>
          `${args?.property ?? ''} ${faultOf(args?.value, rule) ?? ''}`,
      },
    }),
    ApiProperty({
      type: String,
      nullable,
      required: !optional,
      minLength: min,
      maxLength: max,
      description: rule.description,
      example: rule.example,
    }),
  );
}

/** What is wrong with a text, in words that follow the field's name; undefined when nothing is. */
function faultOf(value: unknown, { min = 0, max, notBlank, noControls, nullable }: TextRule) {
  if (value === undefined) return 'is required';
  if (typeof value !== 'string') return nullable ? 'must be a string or null' : 'must be a string';
  if (!value.isWellFormed()) return 'must not contain lone surrogates';
  if (value.includes('\0')) return 'must not contain the character U+0000';
  if (noControls && /\p{Cc}/u.test(value)) return 'must not contain control characters';
  if (notBlank && value.trim() === '') return 'must not be blank';
  const length = codePoints(value);
  if (length >= min && length <= max) return undefined;
  return min === 0
    ? `must be at most ${max} characters long`
    : `must be ${min} to ${max} characters long`;
}

/** The length of a well-formed string in Unicode code points: a pair of surrogates is one. */
function codePoints(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff]/g)?.length ?? 0);
}
