import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { validate } from './validate.js';

/** Validates every body and query against the class that the controller asks for. */
@Injectable()
export class ValidationPipe implements PipeTransform<object, object> {
  transform(value: object, { type, metatype }: ArgumentMetadata): object {
    const isInput = type === 'body' || type === 'query';
    return isInput && metatype ? validate(metatype as Type<object>, value) : value;
  }
}
