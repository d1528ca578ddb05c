import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

/** A UUID of any version in its textual form, RFC 9562, section 4. */
export function Uuid(options: { description: string; example: string }): PropertyDecorator {
  return applyDecorators(
    Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, {
      message: '$property must be a UUID',
    }),
    ApiProperty({ type: String, format: 'uuid', ...options }),
  );
}
