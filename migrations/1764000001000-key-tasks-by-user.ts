import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The indexes beside those that stay, with their columns. */
const superfluous = {
  tasks_user_id_idx: 'user_id',
  tasks_user_id_title_id_idx: 'user_id, title, id',
  tasks_user_id_completed_created_at_id_idx: 'user_id, completed, created_at, id',
  tasks_user_id_completed_updated_at_id_idx: 'user_id, completed, updated_at, id',
  tasks_user_id_completed_title_id_idx: 'user_id, completed, title, id',
};

/**
 * The user comes first in the key of a task, which serves "all of one user" too, and the indexes go that
 * cost every write more than they save a list.
 */
export class KeyTasksByUser1764000001000 implements MigrationInterface {
  name = 'KeyTasksByUser1764000001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE tasks
        DROP CONSTRAINT tasks_pkey,
        ADD CONSTRAINT tasks_pkey PRIMARY KEY (user_id, id)`);
    const indexes = [...Object.keys(superfluous), 'tasks_search_idx'].join(', ');
    await queryRunner.query(`DROP INDEX IF EXISTS ${indexes}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(superfluous)) {
      await queryRunner.query(`CREATE INDEX ${name} ON tasks (${columns})`);
    }
    await queryRunner.query(`
      DO $$
      BEGIN
        IF EXISTS (SELECT FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)) THEN
          CREATE INDEX tasks_search_idx ON tasks USING gin (
            lower(title COLLATE task_search) gin_trgm_ops,
            lower(description COLLATE task_search) gin_trgm_ops
          );
        END IF;
      END $$`);
    await queryRunner.query(`
      ALTER TABLE tasks
        DROP CONSTRAINT tasks_pkey,
        ADD CONSTRAINT tasks_pkey PRIMARY KEY (id)`);
  }
}
