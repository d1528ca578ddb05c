import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failure } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, TasksApi } from './support/tasks-api.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('a test that fails', () => {
  it('prints the status and the body of the answer, and not all of supertest', async () => {
    const response = await new TasksApi(app, aUser()).list({ limit: 'many' });
    const compare = () => {
      expect(response).toEqual(failure('TASK_NOT_FOUND'));
    };
    expect(compare).toThrow(/"status": 400/);
    expect(compare).toThrow(/"field": "limit"/);
    expect(compare).not.toThrow(/"req"|"text"|"strict-transport-security"/);
  });
});
