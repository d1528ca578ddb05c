import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

interface ChoiceRule {
  readonly of: readonly string[];
  readonly default: string;
  readonly description: string;
}

/** One of a few words in a query; absent, it keeps the class's default. */
export function Choice({ of, ...shown }: ChoiceRule): PropertyDecorator {
  return applyDecorators(
    IsIn(of, { message: `$property must be one of ${of.join(', ')}` }),
    ApiPropertyOptional({ type: String, enum: [...of], ...shown }),
  );
}
