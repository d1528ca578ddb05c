import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

interface WholeNumberRule {
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly description: string;
}

/** A whole number in a query: decimal digits within limits; absent, it keeps the class's default. */
export function WholeNumber({ min, max, ...shown }: WholeNumberRule): PropertyDecorator {
  const message = `$property must be a whole number from ${min} to ${max}`;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
    ),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
    ApiPropertyOptional({ type: 'integer', minimum: min, maximum: max, ...shown }),
  );
}
