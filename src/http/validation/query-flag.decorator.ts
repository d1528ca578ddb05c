import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, ValidateIf } from 'class-validator';

interface QueryFlagRule {
  readonly default?: boolean;
  readonly description: string;
  readonly example?: boolean;
}

/** An optional `true` or `false` in a query. */
export function QueryFlag(rule: QueryFlagRule): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      value === 'true' || value === 'false' ? value === 'true' : value,
    ),
    ValidateIf((_, value) => value !== undefined),
    IsBoolean({ message: '$property must be true or false' }),
    ApiPropertyOptional({ type: Boolean, ...rule }),
  );
}
