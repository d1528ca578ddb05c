import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRateLimits1763800000000 implements MigrationInterface {
  name = 'CreateRateLimits1763800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Unlogged: counting must be cheap, and a crash may forget the counts.
    await queryRunner.query(`
      CREATE UNLOGGED TABLE rate_limits (
        key       text           NOT NULL,
        hits      integer        NOT NULL,
        resets_at timestamptz(3) NOT NULL,
        CONSTRAINT rate_limits_pkey PRIMARY KEY (key)
      )`);
    await queryRunner.query('CREATE INDEX rate_limits_resets_at_idx ON rate_limits (resets_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE rate_limits');
  }
}
