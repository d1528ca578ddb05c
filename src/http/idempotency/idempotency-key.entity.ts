import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TaskDto } from '../../tasks/dto/task.dto.js';

/** A row of `idempotency_keys`: what was answered to the first request with a key. */
@Entity({ name: 'idempotency_keys' })
// The removal of what has expired, oldest first.
@Index('idempotency_keys_created_at_idx', ['created_at'])
@Check('idempotency_keys_key_visible_ascii', String.raw`key ~ '^[\u0021-\u007e]{1,255}$'`)
export class IdempotencyKey {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_keys_pkey' })
  user_id!: string;

  @PrimaryColumn('text', { collation: 'C', primaryKeyConstraintName: 'idempotency_keys_pkey' })
  key!: string;

  /** The new task as it was answered; `json` keeps it byte for byte. */
  @Column({ type: 'json' })
  answer!: TaskDto;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;
}
