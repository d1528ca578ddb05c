import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lists need: an index for each order, with and without `completed`, and a secret for cursors. */
export class IndexLists1763900000000 implements MigrationInterface {
  name = 'IndexLists1763900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'CREATE INDEX tasks_user_id_updated_at_id_idx ON tasks (user_id, updated_at, id)',
    );
    await queryRunner.query(
      'CREATE INDEX tasks_user_id_title_id_idx ON tasks (user_id, title, id)',
    );
    for (const key of ['created_at', 'updated_at', 'title']) {
      await queryRunner.query(
        `CREATE INDEX tasks_user_id_completed_${key}_id_idx ON tasks (user_id, completed, ${key}, id)`,
      );
    }
    await queryRunner.query(`
      CREATE TABLE cursor_secret (
        id     integer NOT NULL,
        secret bytea   NOT NULL,
        CONSTRAINT cursor_secret_pkey PRIMARY KEY (id),
        CONSTRAINT cursor_secret_one_row CHECK (id = 1),
        CONSTRAINT cursor_secret_length CHECK (octet_length(secret) >= 32)
      )`);
    // Two random UUIDs are 244 random bits, and every server can make them without an extension.
    await queryRunner.query(
      'INSERT INTO cursor_secret SELECT 1, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE cursor_secret');
    for (const key of ['title', 'updated_at', 'created_at']) {
      await queryRunner.query(`DROP INDEX tasks_user_id_completed_${key}_id_idx`);
    }
    await queryRunner.query('DROP INDEX tasks_user_id_title_id_idx');
    await queryRunner.query('DROP INDEX tasks_user_id_updated_at_id_idx');
  }
}
