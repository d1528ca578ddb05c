import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';

interface WholeNumberRule {
  readonly min: number;
  readonly max: number;
  /** What an absent one is; without it, an absent one stays absent. */
  readonly default?: number;
  readonly description: string;
}

/** An optional whole number in a query: decimal digits within limits. */
export function WholeNumber({ min, max, ...shown }: WholeNumberRule): PropertyDecorator {
  const message = `$property must be a whole number from ${min} to ${max}`;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
    ),
    ValidateIf((_, value) => value !== undefined),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
    ApiPropertyOptional({ type: 'integer', minimum: min, maximum: max, ...shown }),
  );
}
