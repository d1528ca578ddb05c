import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './support/api-types.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser } from './support/tasks-api.js';

// A client as others would write it: it knows docs/openapi.json and nothing else, and has no cast.
// docs/write-a-client.md tells its story.

type Task = components['schemas']['TaskDto'];

const LIST = '/api/{user_id}/tasks';
const TASK = '/api/{user_id}/tasks/{task_id}';
const COMPLETE = '/api/{user_id}/tasks/{task_id}/complete';

let app: TestApp;
let client: Client<paths>;
const user_id = aUser('ada');

beforeAll(async () => {
  app = await startApp();
  client = createClient<paths>({ baseUrl: app.url });
});
afterAll(() => app.close());

/** Creates a task once, however often the answer gets lost on the way. */
async function create(title: string, key: string = randomUUID()): Promise<Task> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { data, error } = await client.POST(LIST, {
        params: { path: { user_id }, header: { 'Idempotency-Key': key } },
        body: { title },
      });
      if (data) return data.data;
      throw new Error(error.error.code);
    } catch (failure) {
      // The network's fault, as fetch reports it, is worth another attempt with the same key.
      if (!(failure instanceof TypeError) || attempt === 3) throw failure;
    }
  }
}

/** One page of the tasks that are open, oldest first. */
async function openPage(cursor?: string) {
  const { data, error } = await client.GET(LIST, {
    params: {
      path: { user_id },
      query: { completed: false, sort: 'created_at', limit: 2, cursor },
    },
  });
  if (!data) throw new Error(error.error.code);
  return data;
}

/** All tasks that are open, however many there are. */
async function* openTasks(): AsyncGenerator<Task> {
  let cursor: string | undefined;
  do {
    const { data, meta } = await openPage(cursor);
    yield* data;
    cursor = meta.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

/** Appends to the title as it is now, and starts again if someone else was faster. */
async function append(task_id: string, text: string): Promise<Task> {
  for (;;) {
    const path = { user_id, task_id };
    const read = await client.GET(TASK, { params: { path } });
    const tag = read.response.headers.get('ETag');
    if (!read.data || tag === null) throw new Error(read.error?.error.code);
    const { data, error } = await client.PUT(TASK, {
      params: { path, header: { 'If-Match': tag } },
      body: { title: read.data.data.title + text },
    });
    if (data) return data.data;
    if (error.error.code !== 'PRECONDITION_FAILED') throw new Error(error.error.code);
  }
}

describe('a client made from docs/openapi.json', () => {
  it('creates a task once, also when the first answer is lost', async () => {
    const key = randomUUID();
    const lossy = createClient<paths>({
      baseUrl: app.url,
      fetch: async (request: Request) => {
        await fetch(request);
        throw new TypeError('the answer is lost');
      },
    });
    const body = { title: `Write letter ${key}` };
    const params = { path: { user_id }, header: { 'Idempotency-Key': key } };
    await expect(lossy.POST(LIST, { params, body })).rejects.toThrow('lost');

    const task = await create(body.title, key);
    const { data, response } = await client.POST(LIST, { params, body });
    expect(data?.data).toEqual(task);
    expect(response.headers.get('Idempotency-Replayed')).toBe('true');
    const query = { search: key, include_total: true };
    const all = await client.GET(LIST, { params: { path: { user_id }, query } });
    expect(all.data?.meta.total).toBe(1);
  });

  it('sees every open task once, page by page', async () => {
    const made = [await create('One'), await create('Two'), await create('Three')];
    const seen: string[] = [];
    for await (const { id } of openTasks()) seen.push(id);
    expect(seen).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('loses no update to another client', async () => {
    const { id } = await create('a');
    await Promise.all(['b', 'c', 'd'].map((text) => append(id, text)));
    const { data } = await client.GET(TASK, { params: { path: { user_id, task_id: id } } });
    expect([...(data?.data.title ?? '')].toSorted().join('')).toBe('abcd');
  });

  it('reads a task again only if it has changed', async () => {
    const task = await create('Read me');
    const path = { user_id, task_id: task.id };
    const header = { 'If-None-Match': `"${task.updated_at}"` };
    const same = await client.GET(TASK, { params: { path, header } });
    expect(same.response.status).toBe(304);
    await client.PATCH(COMPLETE, { params: { path } });
    const changed = await client.GET(TASK, { params: { path, header } });
    expect(changed.data?.data.completed).toBe(true);
  });

  it('guards a write with a task from a list', async () => {
    const { id } = await create('Guard me');
    const query = { search: 'guard me' };
    const { data } = await client.GET(LIST, { params: { path: { user_id }, query } });
    const [task] = data?.data ?? [];
    const header = { 'If-Match': `"${task?.updated_at ?? ''}"` };
    const path = { user_id, task_id: id };
    const first = await client.PATCH(TASK, {
      params: { path, header },
      body: { description: 'x' },
    });
    const second = await client.DELETE(TASK, { params: { path, header } });
    expect(first.data?.data.description).toBe('x');
    expect(second.error?.error.code).toBe('PRECONDITION_FAILED');
    const last = await client.DELETE(TASK, { params: { path } });
    expect(last.data?.data.id).toBe(id);
  });

  it('is told every fault, field by field', async () => {
    const { error, response } = await client.POST(LIST, {
      params: { path: { user_id } },
      body: { title: ' ', description: 'x'.repeat(1001) },
    });
    expect(response.status).toBe(400);
    const fields = error && 'details' in error.error ? error.error.details : undefined;
    expect(fields?.map(({ field }) => field)).toEqual(['title', 'description']);
  });

  it('asks how the service is', async () => {
    const { data } = await client.GET('/health');
    expect(data?.data.status).toBe('ok');
  });
});

describe('docs/write-a-client.md', () => {
  it('shows the code of this file', async () => {
    const [page, source] = await Promise.all(
      ['../docs/write-a-client.md', './client.e2e-spec.ts'].map((file) =>
        readFile(new URL(file, import.meta.url), 'utf8'),
      ),
    );
    const blocks = [...(page ?? '').matchAll(/^```ts\n(.*?)^```$/gms)].map(
      ([, code]) => code ?? '',
    );
    const lines = (text: string) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .join('\n');
    expect(blocks).toHaveLength(5);
    for (const block of blocks) expect(lines(source ?? '')).toContain(lines(block).trim());
  });
});
