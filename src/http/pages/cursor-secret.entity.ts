import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * The one row of `cursor_secret`: the key that cursors are signed with. The migration made it, so that
 * every process on the database has the same one, before and after a restart, and nobody configures it.
 */
@Entity({ name: 'cursor_secret' })
@Check('cursor_secret_one_row', 'id = 1')
@Check('cursor_secret_length', 'octet_length(secret) >= 32')
export class CursorSecret {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'cursor_secret_pkey' })
  id!: number;

  @Column({ type: 'bytea' })
  secret!: Buffer;
}
