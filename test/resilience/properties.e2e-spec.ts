import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TaskDto } from '../../src/tasks/dto/task.dto.js';
import { startApp, type TestApp } from '../support/app.js';
import { aUser, taskOf, TasksApi } from '../support/tasks-api.js';

let app: TestApp;
let victim: TasksApi;
let treasure: TaskDto;
let requests = 0;

const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 2 ** 31);
const options = { seed, endOnFailure: true };

beforeAll(async () => {
  console.info(`FAST_CHECK_SEED=${seed} repeats these runs`);
  app = await startApp();
  victim = new TasksApi(app, aUser('victim'));
  treasure = await victim.aTask({ title: 'Treasure' });
});
afterAll(async () => {
  await app.close();
});

interface Reply {
  readonly status: number;
  readonly body: {
    readonly success: boolean;
    readonly data?: TaskDto;
    readonly error?: { code: string };
  };
}

async function send(method: string, path: string, body?: string): Promise<Reply> {
  requests += 1;
  const response = await fetch(app.url + path, {
    method,
    ...(body !== undefined && { body, headers: { 'Content-Type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Reply['body'] };
}

const path = (user: string, id?: string) =>
  `/api/${encodeURIComponent(user)}/tasks${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;

function expectRefusal({ status, body }: Reply): void {
  expect(status).toBe(400);
  expect(body.success).toBe(false);
  expect(body.error?.code).toBe('VALIDATION_ERROR');
}

const length = (text: string) => [...text].length;

/** Any text that UTF-8 can express and PostgreSQL can keep. */
const text = (min: number, max: number) =>
  fc
    .string({ unit: 'binary', minLength: min, maxLength: max })
    .filter((value) => !value.includes('\0') && value.isWellFormed());
const spiced = (max: number) =>
  fc.oneof(text(0, Math.min(max, 40)), text(max - 3, max), fc.constant('😀'.repeat(max)));
const storable = (value: string) => value.isWellFormed() && !value.includes('\0');

/** Whether a proxy may read it as another path than the service: such a target is refused as a whole. */
const isAmbiguous = (segment: string) =>
  segment.split('/').some((part) => ['', '.', '..'].includes(part));

const validTitle = spiced(200).filter(
  (value) => value.trim() !== '' && length(value.trim()) <= 200,
);
const validDescription = fc.oneof(spiced(1000), fc.constant(null));
const validUser = text(1, 60).filter(
  (value) => value.trim() !== '' && !/\p{Cc}/u.test(value) && !isAmbiguous(value),
);

const noText = fc.oneof(
  fc.integer(),
  // In JSON, what is not finite is null, which a description may be.
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.array(fc.string()),
  fc.object(),
);
const unstorable = fc
  .tuple(fc.string(), fc.constantFrom('\0', '\ud800', '\udfff', '\udc00\ud800'), fc.string())
  .map((parts) => parts.join(''))
  .filter((value) => !storable(value));
const tooLong = (max: number) =>
  text(max + 1, max + 50).filter((value) => length(value.trim()) > max);
const blank = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\u00a0', '\u3000', '\ufeff') });

const invalidTitle = fc.oneof(noText, unstorable, tooLong(200), blank, fc.constant(null));
const invalidDescription = fc.oneof(noText, unstorable, tooLong(1000));
const invalidCompleted = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.object());
const unknownField = fc
  .string({ minLength: 1 })
  .filter((name) => !['title', 'description', 'completed'].includes(name));
const invalidUser = fc.oneof(
  blank.filter((value) => value !== '' && !/[\t\n]/.test(value)),
  tooLong(255).filter((value) => length(value) > 255),
  fc.tuple(fc.string(), fc.constantFrom('\u0001', '\t', '\n', '\u007f', '\u0085')).map((parts) => parts.join('').slice(-50)),
).filter((value) => value.isWellFormed() && !isAmbiguous(value)); // prettier-ignore
const invalidId = fc
  .oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), fc.uuid().map((id) => id.slice(1)))
  .filter((value) => value.isWellFormed() && !isAmbiguous(value) && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)); // prettier-ignore
const invalidLimit = fc
  .oneof(fc.integer().map(String), fc.string(), fc.double().map(String))
  .filter((value) => !/^\d{1,9}$/.test(value) || Number(value) < 1 || Number(value) > 1000);

const user = aUser('prop');
const json = (body: unknown) => JSON.stringify(body);

describe('what is valid', () => {
  it('is accepted and comes back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        validTitle,
        validDescription,
        fc.boolean(),
        async (title, description, completed) => {
          const created = await send('POST', path(user), json({ title, description, completed }));
          expect(created.status).toBe(201);
          const expected = { title: title.trim(), description, completed };
          expect(created.body.data).toMatchObject(expected);
          const read = await send('GET', path(user, created.body.data?.id));
          expect(read.body.data).toEqual(created.body.data);
        },
      ),
      { ...options, numRuns: 500 },
    );
  });

  it('is accepted as a change and comes back byte for byte', async () => {
    const { id } = await victim.as(user).aTask();
    const change = fc
      .record(
        { title: validTitle, description: validDescription, completed: fc.boolean() },
        { requiredKeys: [] },
      )
      .filter((fields) => Object.keys(fields).length > 0);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('PUT', 'PATCH'), change, async (method, fields) => {
        const { status, body } = await send(method, path(user, id), json(fields));
        expect(status).toBe(200);
        const trimmed = fields.title === undefined ? {} : { title: fields.title.trim() };
        expect(body.data).toMatchObject({ ...fields, ...trimmed });
      }),
      { ...options, numRuns: 500 },
    );
  });

  it('is accepted as a user and kept apart', async () => {
    await fc.assert(
      fc.asyncProperty(validUser, async (name) => {
        const { status, body } = await send('POST', path(name), json({ title: 'x' }));
        expect(status).toBe(201);
        expect(body.data?.user_id).toBe(name);
      }),
      { ...options, numRuns: 300 },
    );
  });
});

describe('what is invalid', () => {
  const body = fc.oneof(
    invalidTitle.map((title) => ({ title })),
    invalidDescription.map((description) => ({ title: 'x', description })),
    invalidCompleted.map((completed) => ({ title: 'x', completed })),
    fc.tuple(unknownField, fc.jsonValue({ maxDepth: 3 })).map(([name, value]) =>
      Object.fromEntries([['title', 'x'], [name, value]])), // prettier-ignore
  );

  it('is refused in a new task', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (fields) => {
        expectRefusal(await send('POST', path(user), json(fields)));
      }),
      { ...options, numRuns: 1500 },
    );
  });

  it('is refused in a change', async () => {
    const { id } = await victim.as(user).aTask();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('PUT', 'PATCH'), body, async (method, fields) => {
        expectRefusal(await send(method, path(user, id), json(fields)));
      }),
      { ...options, numRuns: 800 },
    );
  });

  it('is refused as a user, an id and a limit', async () => {
    await fc.assert(
      fc.asyncProperty(invalidUser, invalidId, invalidLimit, async (name, id, limit) => {
        expectRefusal(await send('GET', path(name)));
        expectRefusal(await send('DELETE', path(user, id)));
        expectRefusal(await send('GET', `${path(user)}?limit=${encodeURIComponent(limit)}`));
      }),
      { ...options, numRuns: 400 },
    );
  });
});

describe('whatever bytes are sent', () => {
  it('never give a 5xx and never leave the envelope', async () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.jsonValue().map(json),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('POST', 'PUT', 'PATCH'), anything, async (method, bytes) => {
        const target = path(user, method === 'POST' ? undefined : treasure.id);
        const { status, body: answer } = await send(method, target, bytes);
        expect(status).toBeLessThan(500);
        expect(typeof answer.success).toBe('boolean');
      }),
      { ...options, numRuns: 800 },
    );
  });
});

describe('after all of that', () => {
  it("another user's task is untouched", async () => {
    expect(taskOf(await victim.get(treasure.id))).toEqual(treasure);
  });
});

afterAll(() => {
  expect(requests).toBeGreaterThanOrEqual(5000);
});
