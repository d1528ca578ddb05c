import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row of `rate_limits`: how often somebody came in the present window. A crash may forget them all. */
@Entity({ name: 'rate_limits' })
// The sweep of windows that are over.
@Index('rate_limits_resets_at_idx', ['resets_at'])
export class RateLimit {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'rate_limits_pkey' })
  key!: string;

  @Column({ type: 'integer' })
  hits!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  resets_at!: Date;
}
