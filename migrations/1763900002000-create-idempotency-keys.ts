import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdempotencyKeys1763900002000 implements MigrationInterface {
  name = 'CreateIdempotencyKeys1763900002000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(String.raw`
      CREATE TABLE idempotency_keys (
        user_id    text           NOT NULL,
        key        text           COLLATE "C" NOT NULL,
        answer     json           NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key),
        CONSTRAINT idempotency_keys_key_visible_ascii CHECK (key ~ '^[\u0021-\u007e]{1,255}$')
      )`);
    await queryRunner.query(
      'CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE idempotency_keys');
  }
}
