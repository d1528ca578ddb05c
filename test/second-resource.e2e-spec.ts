import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request, { type Test } from 'supertest';
import { AppModule } from '../src/app.module.js';
import { settingsFrom } from '../src/config/read-settings.js';
import { DatabaseStartup } from '../src/database/database-startup.js';
import { HttpAdapter } from '../src/http/server/http-adapter.js';
import { listen } from '../src/http/server/listen.js';
import type { PageMeta } from '../src/http/pages/page.js';
import { failure } from './support/answers.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { fastPaths } from './support/fast-paths.js';
import { CREATE_NOTES, NotesModule, type NoteDto } from './support/notes.js';
import { aUser } from './support/tasks-api.js';

let database: TestDatabase;
let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  database = await createDatabase();
  const settings = settingsFrom({ PORT: '0', LOG_LEVEL: 'silent', ...fastPaths });

  /** The application that ships, and one feature more, which it does not know of. */
  @Module({ imports: [AppModule.for(settings, database.url), NotesModule] })
  class WithNotes {}

  const options = { bodyParser: false, logger: false } as const;
  app = await NestFactory.create(WithNotes, new HttpAdapter(settings.TRUST_PROXY), options);
  await app.init();
  await app.get(DatabaseStartup).finished;
  await database.query(CREATE_NOTES);
  url = `http://127.0.0.1:${await listen(app.getHttpServer(), settings)}`;
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const pathOf = (user: string) => `/api/${user}/notes`;
const create = (user: string, body: object): Test => request(url).post(pathOf(user)).send(body);
const keyed = (user: string, body: object, key: string) =>
  create(user, body).set('Idempotency-Key', key);
const list = (user: string, query: object): Test => request(url).get(pathOf(user)).query(query);
const bodyOf = ({ body }: { body: unknown }) => body as { data: NoteDto[]; meta: PageMeta };

describe('a second resource', () => {
  it('has its body, query and path held against its own classes', async () => {
    const user = aUser('ada');
    expect(await create(user, { titel: 'x' })).toEqual(
      failure('VALIDATION_ERROR', ['title', 'titel']),
    );
    expect(await list(user, { sort: 'title' })).toEqual(failure('VALIDATION_ERROR', ['sort']));
    const one = await request(url).get(`${pathOf(user)}/7`);
    expect(one).toEqual(failure('VALIDATION_ERROR', ['note_id']));
    expect(one.body).toMatchObject({
      error: { details: [{ message: 'note_id must be a UUID' }] },
    });
  });

  it.each(['%00', 'a%00b', '0199b5a6-7c00-7cc3-98c4-dc0c0c07398%00', '%0A'])(
    'refuses %s in its path, which PostgreSQL could not take',
    async (text) => {
      const note = await request(url).get(`${pathOf('ada')}/${text}`);
      expect(note).toEqual(failure('VALIDATION_ERROR', ['note_id']));
      const user = await request(url).get(pathOf(text));
      expect(user).toEqual(failure('VALIDATION_ERROR', ['user_id']));
    },
  );

  it('is made once for a key, which is none of another operation', async () => {
    const user = aUser('ada');
    const key = 'one';
    const task = await request(url)
      .post(`/api/${user}/tasks`)
      .set('Idempotency-Key', key)
      .send({ title: 'x' })
      .expect(201);
    const first = await keyed(user, { title: 'x' }, key).expect(201);
    expect(first.body).not.toEqual(task.body);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    const again = await keyed(user, { title: ' x' }, key).expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers).toHaveProperty('idempotency-replayed', 'true');
    expect(await keyed(user, { title: 'y' }, key)).toEqual(failure('IDEMPOTENCY_KEY_REUSED'));
    expect(bodyOf(await list(user, {})).data).toEqual([(first.body as { data: NoteDto }).data]);
  });

  it('says with its own code that a client has violated a constraint', async () => {
    const user = aUser('ada');
    await create(user, { title: 'x' }).expect(201);
    await create(aUser('bob'), { title: 'x' }).expect(201);
    expect(await create(user, { title: 'x' })).toEqual(failure('BAD_REQUEST'));
  });

  it('says so for a keyed request, too, and the key is not used up', async () => {
    const user = aUser('ada');
    await create(user, { title: 'x' }).expect(201);
    expect(await keyed(user, { title: 'x' }, 'one')).toEqual(failure('BAD_REQUEST'));
    await keyed(user, { title: 'y' }, 'one').expect(201);
    expect(bodyOf(await list(user, {})).data).toMatchObject([{ title: 'x' }, { title: 'y' }]);
  });

  it('has a bug of ours where it violates a constraint that no table of errors names', async () => {
    expect(await create('ada', { title: 'bug' })).toEqual(failure('INTERNAL_SERVER_ERROR'));
  });

  it('is read page by page, with cursors that are bound to their list', async () => {
    const user = aUser('ada');
    for (const title of ['d', 'b', 'a', 'c', 'e']) await create(user, { title }).expect(201);
    const titles: string[] = [];
    let next: string | null | undefined;
    do {
      const page = await list(user, { limit: 2, ...(next && { cursor: next }) }).expect(200);
      const { data, meta } = bodyOf(page);
      titles.push(...data.map(({ title }) => title));
      expect('link' in page.headers).toBe(meta.next_cursor !== null);
      next = meta.next_cursor;
    } while (next !== null);
    expect(titles).toEqual(['a', 'b', 'c', 'd', 'e']);

    const { meta } = bodyOf(await list(user, { limit: 2 }));
    const cursor = meta.next_cursor ?? '';
    for (const other of [
      list(user, { cursor, title: 'c' }),
      list(aUser('bob'), { cursor }),
      request(url).get(`/api/${user}/tasks`).query({ cursor }),
    ]) {
      expect(await other).toEqual(failure('VALIDATION_ERROR', ['cursor']));
    }
  });

  it("is nobody else's", async () => {
    const user = aUser('ada');
    const { id } = ((await create(user, { title: 'x' })).body as { data: NoteDto }).data;
    await request(url)
      .get(`${pathOf(user)}/${id}`)
      .expect(200);
    await request(url)
      .get(`${pathOf(aUser('bob'))}/${id}`)
      .expect(404);
  });
});
