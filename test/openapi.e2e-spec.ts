import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import request, { type Response, type Test } from 'supertest';
import { failure } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, TasksApi } from './support/tasks-api.js';

let app: TestApp;
let api: TasksApi;
let document: OpenAPIObject;
let ajv: Ajv;

beforeAll(async () => {
  app = await startApp();
  api = new TasksApi(app, aUser('ada'));
  document = (await request(app.url).get('/openapi.json')).body as OpenAPIObject;
  // OpenAPI 3.0 schemas are JSON Schema with a few words of their own.
  ajv = addFormats.default(new Ajv({ strict: false }));
  ajv.addSchema(document, 'api');
});
afterAll(() => app.close());

/** Holds an answer against what the served document says of its route and status. */
function expectDocumented(response: Response, method: string, path: string): void {
  const pointer = [
    'paths',
    path,
    method,
    'responses',
    response.status,
    'content',
    response.type,
    'schema',
  ]
    .map((part) => encodeURIComponent(String(part).replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.compile({ $ref: `api#/${pointer}` });
  validate(response.body);
  expect(validate.errors).toBeNull();
}

describe('GET /openapi.json', () => {
  it('is what docs/openapi.json says', async () => {
    const file = await readFile(new URL('../docs/openapi.json', import.meta.url), 'utf8');
    const served = await request(app.url).get('/openapi.json');
    expect(`${JSON.stringify(JSON.parse(served.text), null, 2)}\n`).toBe(file);
  });

  it('is what the types of test/support/api-types.ts say', async () => {
    const cli = new URL('../node_modules/openapi-typescript/bin/cli.js', import.meta.url);
    const types = ['docs/openapi.json', '--output', 'test/support/api-types.ts', '--check'];
    // Fails with exit code 1 when the types are not up to date.
    await promisify(execFile)(process.execPath, [fileURLToPath(cli), ...types], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    });
  });

  it('has nothing that a public linter would mend', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    expect(problems.map(({ ruleId, message }) => ({ ruleId, message }))).toEqual([]);
  });

  it('shows every route with its parameters, and an enveloped example of every answer', () => {
    const operations = Object.values(document.paths).flatMap(
      (item) => Object.values(item) as OperationShape[],
    );
    expect(operations).toHaveLength(10);
    for (const { summary, responses } of operations) {
      expect(summary).toEqual(expect.any(String));
      for (const { content } of Object.values(responses)) {
        if (!content) continue;
        const { example, examples } = content['application/json'];
        const shown = example ? [example] : Object.values(examples ?? {}).map(({ value }) => value);
        expect(shown.length).toBeGreaterThan(0);
        for (const value of shown) expect(value).toHaveProperty('success');
      }
    }
  });

  it('shows the headers that a route reads and sets', () => {
    const { parameters = [], responses } =
      document.paths['/api/{user_id}/tasks/{task_id}']?.get ?? {};
    const names = parameters.map((parameter) => ('name' in parameter ? parameter.name : ''));
    expect(names).toEqual(expect.arrayContaining(['If-Match', 'If-None-Match']));
    expect(responses).toMatchObject({
      200: { headers: { ETag: expect.any(Object), 'X-Request-Id': expect.any(Object) } },
      304: { headers: { ETag: expect.any(Object), 'X-Request-Id': expect.any(Object) } },
      412: { headers: { 'X-Request-Id': expect.any(Object) } },
    });
    const create = document.paths['/api/{user_id}/tasks']?.post;
    expect(create?.responses).toMatchObject({
      201: { headers: { Location: {}, ETag: {}, 'Idempotency-Replayed': {} } },
      409: {},
      422: {},
    });
  });

  it('has examples that keep its own schemas', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item) as [string, OperationShape][]) {
        for (const [status, { content }] of Object.entries(operation.responses)) {
          if (!content) continue;
          const { example, examples } = content['application/json'];
          const shown = example ? [example] : Object.values(examples ?? {}).map((e) => e.value);
          for (const body of shown) {
            const answer = { status, type: 'application/json', body } as unknown as Response;
            expectDocumented(answer, method, path);
          }
        }
      }
    }
  });

  it('tells the truth about live answers', async () => {
    const list = '/api/{user_id}/tasks';
    const one = `${list}/{task_id}`;
    const { id } = await api.aTask({ description: 'Today' });
    expectDocumented(await api.create({ title: 'x' }), 'post', list);
    expectDocumented(await api.create({}), 'post', list);
    expectDocumented(await api.create().type('text/plain').send('x'), 'post', list);
    expectDocumented(await api.list({ limit: 1 }), 'get', list);
    expectDocumented(await api.list({ limit: 0 }), 'get', list);
    expectDocumented(await api.get(id), 'get', one);
    expectDocumented(await api.as('bob').get(id), 'get', one);
    expectDocumented(await api.get('x'), 'get', one);
    expectDocumented(await api.put(id, { completed: true }), 'put', one);
    expectDocumented(await api.put(id, {}), 'put', one);
    expectDocumented(await api.patch(id, { description: null }), 'patch', one);
    expectDocumented(await api.toggle(id), 'patch', `${one}/complete`);
    const stale = (request: Test) => request.set('If-Match', '"x"');
    expectDocumented(await stale(api.get(id)), 'get', one);
    expectDocumented(await stale(api.put(id, { title: 'x' })), 'put', one);
    expectDocumented(await stale(api.patch(id, { title: 'x' })), 'patch', one);
    expectDocumented(await stale(api.toggle(id)), 'patch', `${one}/complete`);
    expectDocumented(await stale(api.delete(id)), 'delete', one);
    const keyed = (title: string) => api.create({ title }).set('Idempotency-Key', 'a');
    for (const title of ['x', 'x', 'y']) expectDocumented(await keyed(title), 'post', list);
    expectDocumented(await api.list({ include_total: true, search: 'x' }), 'get', list);
    expectDocumented(await api.delete(id), 'delete', one);
    expectDocumented(await api.delete(id), 'delete', one);
    for (const path of ['/health', '/health/live', '/health/ready']) {
      expectDocumented(await request(app.url).get(path), 'get', path);
    }
  });
});

interface OperationShape {
  readonly summary: string;
  readonly responses: Record<
    string,
    {
      /** 304 alone has none. */
      content?: {
        'application/json': { example?: object; examples?: Record<string, { value: object }> };
      };
    }
  >;
}

describe('GET /docs', () => {
  it('is Swagger UI', async () => {
    const response = await request(app.url).get('/docs').expect(200);
    expect(response.text).toContain('swagger-ui');
    await request(app.url).get('/docs/swagger-ui-bundle.js').expect(200);
    expect(await request(app.url).get('/docs/nothing')).toEqual(failure('ROUTE_NOT_FOUND'));
  });
});
