import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, ValidateIf } from 'class-validator';

/** An optional JSON boolean; null is no boolean. */
export function Flag(options: { description: string; example: boolean }): PropertyDecorator {
  return applyDecorators(
    ValidateIf((_, value) => value !== undefined),
    IsBoolean({ message: '$property must be true or false' }),
    ApiPropertyOptional({ type: Boolean, ...options }),
  );
}
