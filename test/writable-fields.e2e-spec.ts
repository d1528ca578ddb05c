import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fieldRulesOf } from '../src/http/validation/field-rules.js';
import { CreateTaskDto } from '../src/tasks/dto/create-task.dto.js';
import { UpdateTaskDto } from '../src/tasks/dto/update-task.dto.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, TasksApi, taskOf } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
});
afterAll(() => app.close());

/** Two values of each field that a client may write, none of them what a new task has by itself. */
const values: { readonly [Field in keyof Required<CreateTaskDto>]: readonly [unknown, unknown] } = {
  title: ['Write the letter', 'Post the letter'],
  description: ['To Charles', 'About the engine'],
  completed: [true, true],
};

const fields = [...fieldRulesOf(CreateTaskDto).keys()] as (keyof CreateTaskDto)[];

const all = Object.fromEntries(fields.map((field) => [field, values[field][0]]));

describe('a field that a client may write', () => {
  it('has a value here, and may be changed alone', () => {
    expect(Object.keys(values).toSorted()).toEqual(fields.toSorted());
    expect([...fieldRulesOf(UpdateTaskDto).keys()]).toEqual(fields);
  });

  it('has another value here than a new task has by itself', async () => {
    const { title } = all;
    const untold: Partial<CreateTaskDto> = await api.aTask({ title: `Not ${String(title)}` });
    for (const field of fields) expect(values[field]).not.toContainEqual(untold[field]);
  });

  describe.each(['put', 'patch'] as const)('changed by %s', (method) => {
    it.each(fields)('leaves every other one alone: %s', async (field) => {
      const task = taskOf(await api.create(all).expect(201));
      expect(task).toMatchObject(all);
      const change = { [field]: values[field][1] };
      const changed = taskOf(await api[method](task.id, change).expect(200));
      const { updated_at } = changed;
      expect(changed).toEqual({ ...task, ...change, updated_at });
      expect(taskOf(await api.get(task.id))).toEqual(changed);
    });
  });
});
