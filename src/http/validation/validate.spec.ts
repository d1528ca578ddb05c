import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  Length,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Flag } from './flag.decorator.js';
import { NotEmpty } from './not-empty.decorator.js';
import { Text } from './text.decorator.js';
import { validate } from './validate.js';

const shown = { description: 'x', example: 'x' };

class Tags {
  @IsArray()
  @ArrayMaxSize(3)
  @Matches(/^[a-z]+$/, { each: true, message: '$property must be lower-case letters' })
  @Length(2, 5, { each: true })
  readonly tags!: string[];
}

@NotEmpty()
class Content {
  @Text({ min: 1, max: 10, trim: true, ...shown })
  readonly title!: string;

  @Flag({ description: 'x', example: true })
  readonly done?: boolean;
}

class Operation {
  @IsIn(['create', 'update'], { message: '$property must be create or update' })
  readonly kind!: string;

  @ValidateNested()
  @Type(() => Content)
  readonly task!: Content;

  @ValidateIf((_, value) => value !== undefined && value !== null)
  @ValidateNested()
  @Type(() => Content)
  readonly before?: Content | null;
}

class Batch {
  @ArrayMaxSize(5, { message: '$property must hold at most $constraint1' })
  @ValidateNested({ each: true })
  @Type(() => Operation)
  readonly operations!: Operation[];
}

const faultsOf = <T extends object>(type: new () => T, input: object) =>
  validate(type, input).faults.map(({ field, message }) => `${field}: ${message}`);

const create = { kind: 'create', task: { title: 'x' } };

describe('an array of texts', () => {
  it('is taken as it is', () => {
    const { value, faults } = validate(Tags, { tags: ['home', 'work'] });
    expect(faults).toEqual([]);
    expect(value).toEqual({ tags: ['home', 'work'] });
    expect(value).toBeInstanceOf(Tags);
    expect(faultsOf(Tags, { tags: [] })).toEqual([]);
  });

  it('says which of its elements are at fault, in the words of the rule', () => {
    expect(faultsOf(Tags, { tags: ['home', 'x', 'workshop'] })).toEqual([
      'tags.1: tags.1 must be longer than or equal to 2 characters',
      'tags.2: tags.2 must be shorter than or equal to 5 characters',
    ]);
    expect(faultsOf(Tags, { tags: ['home', 'AB', '$&'] })).toEqual([
      'tags.1: tags.1 must be lower-case letters',
      'tags.2: tags.2 must be lower-case letters',
    ]);
  });

  it.each([undefined, null, 'home', 7, {}, { length: 1, 0: 'home' }])('is not %j', (tags) => {
    expect(validate(Tags, { tags }).faults).toMatchObject([{ field: 'tags' }]);
  });

  it.each([7, null, ['home'], {}])('has no element %j', (tag) => {
    expect(validate(Tags, { tags: ['home', tag] }).faults).toMatchObject([{ field: 'tags.1' }]);
  });

  it('is no longer than its rule says, with the number in the message', () => {
    expect(faultsOf(Tags, { tags: ['aa', 'bb', 'cc', 'dd'] })).toEqual([
      'tags: tags must contain no more than 3 elements',
    ]);
  });
});

describe('an object in a field', () => {
  it('becomes an instance of its class, its fields in the form that is kept', () => {
    const { value, faults } = validate(Operation, { kind: 'create', task: { title: ' x ' } });
    expect(faults).toEqual([]);
    expect(value.task).toBeInstanceOf(Content);
    expect(value.task).toEqual({ title: 'x' });
  });

  it('has its faults where they are', () => {
    expect(faultsOf(Operation, { kind: 'create', task: { title: '', done: 1 } })).toEqual([
      'task.title: task.title must be 1 to 10 characters long',
      'task.done: task.done must be true or false',
    ]);
  });

  it('has no fields but those of its class, nor those of every object', () => {
    const task = JSON.parse('{"title":"x","titel":"y","__proto__":{"done":true}}') as object;
    const { value, faults } = validate(Operation, { kind: 'create', task });
    expect(faults.map(({ field }) => field)).toEqual(['task.titel', 'task.__proto__']);
    expect(value.task.done).toBeUndefined();
  });

  it.each([null, 'x', 7, true, [{ title: 'x' }]])('is not %j', (task) => {
    expect(faultsOf(Operation, { kind: 'create', task })).toEqual(['task: task must be an object']);
  });

  it('is required, unless a condition says otherwise', () => {
    expect(faultsOf(Operation, { kind: 'create' })).toEqual(['task: task is required']);
    expect(faultsOf(Operation, { ...create, before: null })).toEqual([]);
    expect(faultsOf(Operation, { ...create, before: { title: '' } })).toEqual([
      'before.title: before.title must be 1 to 10 characters long',
    ]);
  });

  it('is named where it must not be empty', () => {
    expect(faultsOf(Operation, { kind: 'create', task: {} })).toEqual([
      'task.title: task.title is required',
      'task: give at least one of title, done',
    ]);
  });
});

describe('an array of objects', () => {
  it('becomes an array of instances', () => {
    const { value, faults } = validate(Batch, { operations: [create, create] });
    expect(faults).toEqual([]);
    expect(value.operations.map(({ task }) => task)).toEqual([{ title: 'x' }, { title: 'x' }]);
    expect(value.operations[1]).toBeInstanceOf(Operation);
    expect(value.operations[1]?.task).toBeInstanceOf(Content);
  });

  it('has its faults where they are', () => {
    const operations = [create, { kind: 'delete', task: { title: 7, x: 1 } }, null, [create]];
    expect(faultsOf(Batch, { operations })).toEqual([
      'operations.1.kind: operations.1.kind must be create or update',
      'operations.1.task.title: operations.1.task.title must be a string',
      'operations.1.task.x: this field is not known here',
      'operations.2: operations.2 must be an object',
      'operations.3: operations.3 must be an object',
    ]);
  });

  it('is not looked into where it is itself at fault', () => {
    expect(faultsOf(Batch, { operations: Array(6).fill(null) })).toEqual([
      'operations: operations must hold at most 5',
    ]);
  });

  it.each([null, 'x', create, { 0: create, length: 1 }])('is not %j', (operations) => {
    expect(validate(Batch, { operations }).faults).toMatchObject([{ field: 'operations' }]);
  });
});
