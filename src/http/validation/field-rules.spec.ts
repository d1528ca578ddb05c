import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsString, registerDecorator, ValidateNested, ValidatePromise } from 'class-validator';
import { fieldRulesOf, refuseDefaults } from './field-rules.js';
import { Body } from './inputs.js';
import { Text } from './text.decorator.js';

/** What happens when the module of a controller is imported that has a route with such a body. */
function declareRouteWith(type: new () => object): void {
  class Controller {
    create(body: object): object {
      return body;
    }
  }
  Reflect.defineMetadata('design:paramtypes', [type], Controller.prototype, 'create');
  Body()(Controller.prototype, 'create', 0);
}

function classWith(...decorators: readonly PropertyDecorator[]) {
  class Input {
    readonly field!: unknown;
  }
  for (const decorate of decorators) decorate(Input.prototype, 'field');
  return Input;
}

const later: PropertyDecorator = (target, field) => {
  registerDecorator({
    target: target.constructor,
    propertyName: String(field),
    async: true,
    validator: { validate: () => Promise.resolve(true) },
  });
};

describe('rules that cannot be run', () => {
  it.each([
    ['of a kind that is not known', [ValidatePromise()]],
    ['with a condition of their own', [IsString({ validateIf: () => true })]],
    ['whose answer is a promise', [later]],
    ['of an object without its class', [ValidateNested()]],
    ['in the class of a field', [ValidateNested(), Type(() => classWith(later))]],
  ])('are found when a route is declared, before there are requests: %s', (_, decorators) => {
    const type = classWith(...decorators);
    expect(() => fieldRulesOf(type)).toThrow(TypeError);
    expect(() => {
      declareRouteWith(type);
    }).toThrow(TypeError);
  });
});

describe('the class of a body', () => {
  const text = Text({ max: 10, optional: true, description: 'x', example: 'x' });

  class Prioritised {
    @text
    readonly priority: string = 'medium';
  }
  class Titled extends Prioritised {
    @text
    readonly title?: string;
  }
  class Batch {
    @ValidateNested()
    @Type(() => Prioritised)
    readonly task!: Prioritised;
  }

  it.each([
    ['of its own', Prioritised, 'Prioritised gives priority a default'],
    ['of a class that it extends', Titled, 'Titled gives priority a default'],
    ['in a field', Batch, 'Prioritised gives priority a default'],
  ])('has no default: %s', (_, type, message) => {
    expect(() => {
      refuseDefaults(type);
    }).toThrow(message);
    expect(() => {
      declareRouteWith(type);
    }).toThrow(message);
  });

  it('has rules', () => {
    expect(() => {
      declareRouteWith(Object);
    }).toThrow('The body of create must be a class with rules');
    declareRouteWith(classWith(text));
  });
});
