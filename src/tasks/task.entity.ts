import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** JavaScript's white space and line terminators: what `trim()` removes, as PostgreSQL escapes. */
const WHITE_SPACE = String.raw`\t\n\u000b\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff`;

/**
 * A row of `tasks`. A property has its column's name, which is also its name in JSON. The database
 * refuses by itself what the API refuses, so that no bug and no other program can store less.
 */
@Entity({ name: 'tasks' })
// The lists by time, forwards or backwards, from any place, without a sort. Other orders are sorted when they
// are asked for: docs/data-model.md says what that was measured to cost, and what an index would.
@Index('tasks_user_id_created_at_id_idx', ['user_id', 'created_at', 'id'])
@Index('tasks_user_id_updated_at_id_idx', ['user_id', 'updated_at', 'id'])
@Check('tasks_user_id_length', 'char_length(user_id) BETWEEN 1 AND 255')
@Check('tasks_user_id_not_blank', `user_id ~ '[^${WHITE_SPACE}]'`)
@Check('tasks_user_id_no_controls', String.raw`user_id !~ '[\u0001-\u001f\u007f-\u009f]'`)
@Check('tasks_title_length', 'char_length(title) BETWEEN 1 AND 200')
@Check('tasks_title_trimmed', `title !~ '^[${WHITE_SPACE}]|[${WHITE_SPACE}]$'`)
@Check('tasks_description_length', 'char_length(description) <= 1000')
@Check('tasks_updated_at_not_before_created_at', 'updated_at >= created_at')
export class Task {
  /** First in the key, which so is the index on `user_id` too: "all of one user", whatever the order. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'tasks_pkey' })
  user_id!: string;

  /** UUIDv7, made by the application: it grows with time, so that new rows land at an index's end. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tasks_pkey' })
  id!: string;

  /** Ordered by code point, the same on every server. */
  @Column({ type: 'text', collation: 'C' })
  title!: string;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  @Column({ type: 'boolean' })
  completed!: boolean;

  /** Milliseconds, as a JavaScript Date has them, so that a cursor equals what is stored. */
  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;
}
