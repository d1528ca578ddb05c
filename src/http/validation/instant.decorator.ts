import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';
import { instantOf } from './instant.js';

/** An optional moment in a query: RFC 3339 with an offset or `Z`. The field becomes a Date. */
export function Instant(options: { description: string; example: string }): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (instantOf(value) ?? value) : value,
    ),
    ValidateIf((_, value) => value !== undefined),
    ValidateBy({
      name: 'instant',
      validator: {
        validate: (value: unknown) => value instanceof Date,
        defaultMessage: (args?: ValidationArguments) =>
          `${args?.property ?? ''} ${faultOf(args?.value)}`,
      },
    }),
    ApiPropertyOptional({ type: String, format: 'date-time', ...options }),
  );
}

/** What is wrong with a text that is no instant, in words that follow the field's name. */
function faultOf(value: unknown): string {
  return typeof value === 'string' && instantOf(value.replace(/ (?=\d\d:\d\d$)/, '+'))
    ? 'has a space where a + was meant: write + as %2B in a URL'
    : 'must be an existing date and time with an offset, like 2026-01-31T09:30:00Z';
}
