import { randomUUID } from 'node:crypto';
import request, { type Response, type Test } from 'supertest';
import type { PageMeta } from '../../src/http/pages/page.js';
import type { CreateTaskDto } from '../../src/tasks/dto/create-task.dto.js';
import type { TaskDto } from '../../src/tasks/dto/task.dto.js';
import type { TestApp } from './app.js';

/** A user nobody else in the tests is. */
export const aUser = (name = 'user') => `${name}-${randomUUID()}`;

/** The API as one user's client calls it. Bodies may be anything, so that wrong ones can be sent. */
export class TasksApi {
  private readonly path: string;

  constructor(
    private readonly app: TestApp,
    readonly user: string,
  ) {
    this.path = `/api/${encodeURIComponent(user)}/tasks`;
  }

  as(user: string): TasksApi {
    return new TasksApi(this.app, user);
  }

  list(query: Record<string, unknown> | string = {}): Test {
    return request(this.app.url).get(this.path).query(query);
  }

  create(body?: object): Test {
    return request(this.app.url).post(this.path).send(body);
  }

  get(id: string): Test {
    return request(this.app.url).get(`${this.path}/${id}`);
  }

  put(id: string, body?: object): Test {
    return request(this.app.url).put(`${this.path}/${id}`).send(body);
  }

  patch(id: string, body?: object): Test {
    return request(this.app.url).patch(`${this.path}/${id}`).send(body);
  }

  toggle(id: string): Test {
    return request(this.app.url).patch(`${this.path}/${id}/complete`);
  }

  delete(id: string): Test {
    return request(this.app.url).delete(`${this.path}/${id}`);
  }

  /** A task that exists. */
  async aTask(fields: Partial<CreateTaskDto> = {}): Promise<TaskDto> {
    const body = { title: 'Write the letter', ...fields } satisfies CreateTaskDto;
    return taskOf(await this.create(body).expect(201));
  }
}

/** The task in an answer. */
export function taskOf({ body }: Response): TaskDto {
  return (body as { data: TaskDto }).data;
}

/** The tasks in an answer. */
export function tasksOf({ body }: Response): TaskDto[] {
  return (body as { data: TaskDto[] }).data;
}

/** What an answer says of its page. */
export function metaOf({ body }: Response): PageMeta {
  return (body as { meta: PageMeta }).meta;
}
