import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

const key = { primaryKeyConstraintName: 'idempotency_keys_pkey' };

/** A row of `idempotency_keys`: what was answered to the first request with a key. */
@Entity({ name: 'idempotency_keys' })
// The removal of what has expired, oldest first.
@Index('idempotency_keys_created_at_idx', ['created_at'])
@Check('idempotency_keys_key_visible_ascii', String.raw`key ~ '^[\u0021-\u007e]{1,255}$'`)
@Check('idempotency_keys_request_sha256', 'octet_length(request) = 32')
export class IdempotencyKey {
  @PrimaryColumn('text', key)
  user_id!: string;

  /** The default is for the version before this column, which knew but one operation. */
  @PrimaryColumn('text', { ...key, collation: 'C', default: 'create task' })
  operation!: string;

  @PrimaryColumn('text', { ...key, collation: 'C' })
  key!: string;

  /** SHA-256 of what was asked for; null in a row of the version before this column. */
  @Column({ type: 'bytea', nullable: true })
  request!: Buffer | null;

  /** What was made, as it was answered; `json` keeps it byte for byte. */
  @Column({ type: 'json' })
  answer!: object;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;
}
