import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { failure, success } from './support/answers.js';
import { startApp, type TestApp } from './support/app.js';
import { aUser, TasksApi } from './support/tasks-api.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const get = (path: string) => request(app.url).get(path);
const ok = { status: 'ok' };

describe('GET /health', () => {
  it('is 200 as long as the database answers', async () => {
    expect(await get('/health')).toEqual(success(ok, 'The service is healthy'));
    expect(await get('/health/ready')).toEqual(success(ok, 'The service is ready'));
    expect(await get('/health/live')).toEqual(success(ok, 'The process is alive'));
  });
});

describe('without its database', () => {
  it('is alive and not ready, and says when to come back', async () => {
    const other = await startApp();
    try {
      await other.database.lock();
      const live = await request(other.url).get('/health/live');
      expect(live).toEqual(success(ok, 'The process is alive'));
      for (const path of ['/health', '/health/ready']) {
        const response = await request(other.url).get(path);
        expect(response).toEqual(failure('SERVICE_UNAVAILABLE'));
        expect(response.headers['retry-after']).toBe('1');
      }
      const tasks = await new TasksApi(other, aUser()).list();
      expect(tasks).toEqual(failure('SERVICE_UNAVAILABLE'));
    } finally {
      await other.close();
    }
  });
});
