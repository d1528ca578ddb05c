import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A key belongs to an operation, and remembers what was asked for. The defaults let the version before go
 * on: it names neither column, and the constraint that it names keeps its name.
 */
export class ScopeIdempotencyKeys1764000000000 implements MigrationInterface {
  name = 'ScopeIdempotencyKeys1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE idempotency_keys
        ADD COLUMN operation text COLLATE "C" NOT NULL DEFAULT 'create task',
        ADD COLUMN request   bytea,
        ADD CONSTRAINT idempotency_keys_request_sha256 CHECK (octet_length(request) = 32),
        DROP CONSTRAINT idempotency_keys_pkey,
        ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, operation, key)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM idempotency_keys WHERE operation <> 'create task'");
    await queryRunner.query(`
      ALTER TABLE idempotency_keys
        DROP CONSTRAINT idempotency_keys_pkey,
        DROP COLUMN operation,
        DROP COLUMN request,
        ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key)`);
  }
}
