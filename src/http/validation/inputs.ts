import type { IncomingHttpHeaders } from 'node:http';
import {
  Body as NestBody,
  Param as NestParam,
  Query as NestQuery,
  type Type,
} from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import { fieldRulesOf, refuseDefaults } from './field-rules.js';

/** What comes into a route: the class of each part, and what reads its headers. */
export interface RouteInputs {
  path?: Type<object>;
  query?: Type<object>;
  body?: Type<object>;
  /** The media types that the body may have, where it is not `application/json` alone. */
  mediaTypes?: readonly string[];
  /** Each throws AppError `VALIDATION_ERROR` for a header that breaks its rules. */
  readonly headers: ((headers: IncomingHttpHeaders) => unknown)[];
}

const none: RouteInputs = { headers: [] };
const byHandler = new WeakMap<object, RouteInputs>();

/** The inputs that a controller's method declares with the decorators below. */
export function inputsOf(handler: object): RouteInputs {
  return byHandler.get(handler) ?? none;
}

/** The same, to add to them. */
export function declareInputs(target: object, method: string | symbol): RouteInputs {
  const handler = Reflect.get(target, method) as object;
  const inputs = byHandler.get(handler) ?? { headers: [] };
  byHandler.set(handler, inputs);
  return inputs;
}

/** The parameters of the path as an instance of the parameter's class, which `PathGuard` has held them against. */
export function Path(): ParameterDecorator {
  return declared('path', NestParam());
}

/** The query, likewise, held against its class by `InputGuard`. */
export function Query(): ParameterDecorator {
  return declared('query', NestQuery());
}

/** The JSON object in the body, likewise; a route without this decorator ignores its body. */
export function Body(): ParameterDecorator {
  return declared('body', NestBody());
}

/** The body is a JSON object of one of these media types, instead of `application/json` alone. */
export function Consumes(...mediaTypes: readonly string[]): MethodDecorator {
  return (target, method, descriptor) => {
    declareInputs(target, method).mediaTypes = mediaTypes;
    ApiConsumes(...mediaTypes)(target, method, descriptor);
  };
}

/** The rules are gathered here, so that those that cannot be run are found when the application starts. */
function declared(
  part: 'path' | 'query' | 'body',
  decorate: ParameterDecorator,
): ParameterDecorator {
  return (target, method, index) => {
    if (method === undefined) throw new TypeError('A constructor has no inputs');
    const types = Reflect.getMetadata('design:paramtypes', target, method) as Type<object>[];
    const type = types[index];
    if (!type || fieldRulesOf(type).size === 0) {
      throw new TypeError(`The ${part} of ${String(method)} must be a class with rules`);
    }
    if (part === 'body') refuseDefaults(type);
    declareInputs(target, method)[part] = type;
    decorate(target, method, index);
  };
}
