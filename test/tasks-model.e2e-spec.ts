import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CreateTaskDto } from '../src/tasks/dto/create-task.dto.js';
import type { TaskDto } from '../src/tasks/dto/task.dto.js';
import type { UpdateTaskDto } from '../src/tasks/dto/update-task.dto.js';
import { failure } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { Model, sorts, type Filter } from './support/model.js';
import { aUser, metaOf, taskOf, TasksApi } from './support/tasks-api.js';
import { walk } from './support/walk.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 2 ** 31);

type Command = fc.AsyncCommand<Model[], TasksApi[]>;
const executed: Record<string, number> = {};

/** What one of three users does; it names itself when a sequence fails. */
function command(
  name: string,
  user: number,
  details: unknown,
  run: (model: Model, api: TasksApi) => Promise<void>,
): Command {
  return {
    check: () => true,
    run: async (models, apis) => {
      executed[name] = (executed[name] ?? 0) + 1;
      const [model, api] = [models[user], apis[user]];
      if (model && api) await run(model, api);
    },
    toString: () => `user ${user}: ${name} ${JSON.stringify(details)}`,
  };
}

const create = (user: number, fields: CreateTaskDto) =>
  command('create', user, fields, async (model, api) => {
    const made = taskOf(await api.create(fields).expect(201));
    expect(made).toEqual(model.create(fields, made));
  });

type Verb = 'put' | 'patch' | 'toggle' | 'delete';
type Guard = 'none' | 'current' | 'stale' | '*';

const write = (user: number, verb: Verb, place: number, change: UpdateTaskDto, guard: Guard) =>
  command(verb, user, { place, change, guard }, async (model, api) => {
    const task = model.tasks[place];
    const id = task?.id ?? '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f';
    const request = verb === 'put' || verb === 'patch' ? api[verb](id, change) : api[verb](id);
    const tags = { current: `"${task?.updated_at ?? ''}"`, stale: '"x"', '*': '*' };
    const response = await (guard === 'none' ? request : request.set('If-Match', tags[guard]));
    if (!task) {
      expect(response).toEqual(failure('TASK_NOT_FOUND'));
    } else if (guard === 'stale') {
      expect(response).toEqual(failure('PRECONDITION_FAILED'));
    } else if (verb === 'delete') {
      expect(response.status).toBe(200);
      model.delete(task);
    } else {
      const changed = verb === 'toggle' ? { completed: !task.completed } : change;
      const { updated_at } = taskOf(response);
      expect(taskOf(response)).toEqual(model.update(task, changed, updated_at));
    }
  });

interface Look {
  readonly filter: Pick<Filter, 'completed' | 'search'>;
  /** Places of the tasks whose creation bounds the list. */
  readonly after?: number;
  readonly before?: number;
  readonly sort: (typeof sorts)[number];
  readonly limit: number;
}

const list = (user: number, look: Look) =>
  command('list', user, look, async (model, api) => {
    const { sort, limit } = look;
    const created_after = model.tasks[look.after ?? -1]?.created_at;
    const created_before = model.tasks[look.before ?? -1]?.created_at;
    const filter: Filter = {
      ...look.filter,
      ...(created_after !== undefined && { created_after }),
      ...(created_before !== undefined && { created_before }),
    };
    const expected = model.list(filter, sort);
    const query = { ...filter, sort, limit };
    expect(await walk(app, api.user, query)).toEqual(expected);
    const { total } = metaOf(await api.list({ ...query, include_total: true }).expect(200));
    expect(total).toBe(expected.length);
  });

/** Few characters, so that texts equal and contain each other; among them those that are often special. */
const character = fc.constantFrom('a', 'A', 'b', 'é', 'É', '%', '_', '\\', ' ', '😀', '\uFF5E');
const text = (minLength: number, maxLength: number) =>
  fc.string({ unit: character, minLength, maxLength });
const user = fc.nat(2);
const place = fc.nat(6);
const fields = {
  title: text(1, 4).filter((value) => value.trim() !== ''),
  description: fc.option(text(0, 4)),
  completed: fc.boolean(),
};
const content = fc.record(fields, { requiredKeys: ['title'] });
const change = fc
  .record(fields, { requiredKeys: [] })
  .filter((given) => Object.keys(given).length > 0);
const verb = fc.constantFrom<Verb[]>('put', 'patch', 'toggle', 'delete');
const guard = fc.constantFrom<Guard[]>('none', 'current', 'stale', '*');
const look: fc.Arbitrary<Look> = fc.record(
  {
    filter: fc.record({ completed: fc.boolean(), search: text(1, 2) }, { requiredKeys: [] }),
    after: place,
    before: place,
    sort: fc.constantFrom(...sorts),
    limit: fc.constantFrom(1, 2, 3, 1000),
  },
  { requiredKeys: ['filter', 'sort', 'limit'] },
);

const commands = [
  fc.tuple(user, content).map((made) => create(...made)),
  fc.tuple(user, content).map((made) => create(...made)),
  fc.tuple(user, verb, place, change, guard).map((made) => write(...made)),
  fc.tuple(user, look).map((made) => list(...made)),
];

describe('three users who do whatever they like', () => {
  it('get what a model in memory gets', async () => {
    console.info(`FAST_CHECK_SEED=${seed} repeats this run`);
    const nobody = new TasksApi(app, 'nobody');
    const sequences = fc.commands(commands, { maxCommands: 40, size: 'max' });
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const model = [new Model(), new Model(), new Model()];
        const real = ['ada', 'bob', 'cyd'].map((name) => nobody.as(aUser(name)));
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        for (const [n, { tasks }] of model.entries()) {
          const kept: TaskDto[] = await walk(app, real[n]?.user ?? '', { sort: 'created_at' });
          expect(kept.map(({ id }) => id).toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
        }
      }),
      { seed, numRuns: 200, endOnFailure: true },
    );
    console.info(JSON.stringify(executed));
  });
});
