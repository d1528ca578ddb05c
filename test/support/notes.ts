import { Controller, Get, HttpStatus, Injectable, Module, Post } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { columnsOf } from '../../src/database/columns-of.js';
import { Statements, type Statement } from '../../src/database/statements/statements.js';
import { AppError } from '../../src/errors/app-error.js';
import { Violations } from '../../src/errors/violations.js';
import { bodyErrors } from '../../src/http/envelope/envelope.openapi.js';
import { Returns } from '../../src/http/envelope/returns.decorator.js';
import { HttpModule } from '../../src/http/http.module.js';
import { IdempotencyKeyHeader } from '../../src/http/idempotency/idempotency-key.decorator.js';
import { once, runOnce } from '../../src/http/idempotency/once.js';
import { replayed } from '../../src/http/idempotency/replayed-header.js';
import type { Position } from '../../src/http/pages/cursor.js';
import { nextPage } from '../../src/http/pages/next-page-header.js';
import type { Page } from '../../src/http/pages/page.js';
import { PageQuery } from '../../src/http/pages/page.query.js';
import { Pages } from '../../src/http/pages/pages.service.js';
import { Body, Path, Query } from '../../src/http/validation/inputs.js';
import { Text } from '../../src/http/validation/text.decorator.js';
import { Uuid } from '../../src/http/validation/uuid.decorator.js';
import { UserPath } from '../../src/users/user-path.js';

/** A second resource, made of the same patterns as tasks, in one file: `notes`, no two of a user with one title. */
@Entity({ name: 'notes' })
@Unique('notes_user_id_title_key', ['user_id', 'title'])
@Check('notes_title_no_bug', "title <> 'bug'")
@Violations({ notes_user_id_title_key: 'BAD_REQUEST' })
class Note {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'notes_pkey' })
  user_id!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notes_pkey' })
  id!: string;

  @Column('text')
  title!: string;
}

/** Its migration. */
export const CREATE_NOTES = `
  CREATE TABLE notes (
    user_id text NOT NULL,
    id      uuid NOT NULL,
    title   text COLLATE "C" NOT NULL,
    CONSTRAINT notes_pkey PRIMARY KEY (user_id, id),
    CONSTRAINT notes_user_id_title_key UNIQUE (user_id, title),
    CONSTRAINT notes_title_no_bug CHECK (title <> 'bug')
  )`;

const id = '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f';

/** A note as clients see it. */
export class NoteDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty()
  readonly title!: string;

  static readonly example: NoteDto = { id, title: 'x' };
}

class CreateNoteDto {
  @Text({ min: 1, max: 200, trim: true, description: 'Its title', example: 'x' })
  readonly title!: string;
}

class NotePath extends UserPath {
  @Uuid({ description: 'Which note', example: id })
  readonly note_id!: string;
}

class ListNotesQuery extends PageQuery {
  @Text({ max: 200, optional: true, description: 'Only notes with this title', example: 'x' })
  readonly title?: string;
}

const COLUMNS = columnsOf(Note).join(', ');
const INSERT = `INSERT INTO notes (${COLUMNS}) SELECT :user_id, :id, :title`;
const insertNote: Statement = { text: INSERT, writes: true };
const insertNoteOnce = once(INSERT);
const selectNote: Statement = {
  text: `SELECT ${COLUMNS} FROM notes WHERE user_id = :user_id AND id = :note_id`,
};

const selectPage = ({ title }: ListNotesQuery, after?: Position): Statement => ({
  text: `SELECT ${COLUMNS} FROM notes WHERE user_id = :user_id
    ${title === undefined ? '' : 'AND title = :title'}
    ${after ? 'AND (title, id) > (:key, :id)' : ''} ORDER BY title, id LIMIT :limit`,
});

@Injectable()
class NotesService {
  constructor(
    private readonly statements: Statements,
    private readonly pages: Pages,
  ) {}

  async create(user_id: string, { title }: CreateNoteDto, key?: string): Promise<NoteDto> {
    const note: Note = { user_id, id: uuidv7(), title };
    const answer: NoteDto = { id: note.id, title };
    if (key === undefined) {
      await this.statements.run(insertNote, note);
      return answer;
    }
    const request = { user_id, key, operation: 'create note', content: { title } };
    return runOnce(this.statements, insertNoteOnce, request, answer, note);
  }

  async get(path: NotePath): Promise<NoteDto> {
    const [note] = await this.statements.run<Note>(selectNote, path);
    if (!note) throw new AppError('ROUTE_NOT_FOUND');
    return { id: note.id, title: note.title };
  }

  async page(user_id: string, query: ListNotesQuery): Promise<Page<NoteDto>> {
    const page = await this.pages.read<Note>(`notes of ${user_id}`, query, {
      read: (after) => {
        const values = { user_id, title: query.title, limit: query.limit + 1, ...after };
        return this.statements.run(selectPage(query, after), values);
      },
      total: (notes) => notes.length,
      positionOf: (note) => ({ key: note.title, id: note.id }),
    });
    return page.map((note) => ({ id: note.id, title: note.title }));
  }
}

@Controller('api/:user_id/notes')
class NotesController {
  constructor(private readonly service: NotesService) {}

  @Get()
  @Returns(NoteDto, { paged: true, message: 'Notes', headers: [nextPage] })
  list(@Path() { user_id }: UserPath, @Query() query: ListNotesQuery): Promise<Page<NoteDto>> {
    return this.service.page(user_id, query);
  }

  @Post()
  @Returns(NoteDto, {
    status: HttpStatus.CREATED,
    message: 'Note created',
    errors: bodyErrors,
    headers: [replayed],
  })
  create(
    @Path() { user_id }: UserPath,
    @Body() dto: CreateNoteDto,
    @IdempotencyKeyHeader() key?: string,
  ): Promise<NoteDto> {
    return this.service.create(user_id, dto, key);
  }

  @Get(':note_id')
  @Returns(NoteDto, { message: 'Note' })
  get(@Path() path: NotePath): Promise<NoteDto> {
    return this.service.get(path);
  }
}

@Module({ imports: [HttpModule], controllers: [NotesController], providers: [NotesService] })
export class NotesModule {}
