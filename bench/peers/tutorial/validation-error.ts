import { BadRequestException, type ValidationError } from '@nestjs/common';

interface Detail {
  field: string;
  message: string;
}

export class ValidationException extends BadRequestException {
  constructor(readonly details: Detail[]) {
    super('Validation failed');
  }
}

export const invalid = (details: Detail[]) => new ValidationException(details);

export function validationError(errors: ValidationError[]) {
  return invalid(
    errors.map(({ property, constraints = {} }) => ({
      field: property,
      message:
        'whitelistValidation' in constraints
          ? 'this field is not known here'
          : (Object.values(constraints)[0] ?? ''),
    })),
  );
}
