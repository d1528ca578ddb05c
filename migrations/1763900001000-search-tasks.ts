import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What search needs: one collation that lower-cases all of Unicode, whatever the server offers, and
 * trigrams where the server has them. Without them search reads all of a user's tasks.
 * https://www.postgresql.org/docs/current/pgtrgm.html
 */
export class SearchTasks1763900001000 implements MigrationInterface {
  name = 'SearchTasks1763900001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Best first: ICU's root, PostgreSQL's own from version 17 on, the C library's, and ASCII alone.
    await queryRunner.query(`
      DO $$
      DECLARE
        preferred CONSTANT name[] := ARRAY['und-x-icu', 'pg_c_utf8', 'C.utf8', 'C.UTF-8', 'C'];
      BEGIN
        EXECUTE (
          SELECT format('CREATE COLLATION task_search FROM pg_catalog.%I', collname)
          FROM pg_collation
          WHERE collnamespace = 'pg_catalog'::regnamespace AND collname = ANY (preferred)
            AND collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
          ORDER BY array_position(preferred, collname) LIMIT 1
        );
      END $$`);
    await queryRunner.query(`
      DO $$
      BEGIN
        BEGIN
          CREATE EXTENSION IF NOT EXISTS pg_trgm;
        EXCEPTION WHEN OTHERS THEN
          RAISE NOTICE 'search does without pg_trgm: %', SQLERRM;
        END;
        IF EXISTS (SELECT FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)) THEN
          CREATE INDEX tasks_search_idx ON tasks USING gin (
            lower(title COLLATE task_search) gin_trgm_ops,
            lower(description COLLATE task_search) gin_trgm_ops
          );
        END IF;
      END $$`);
  }

  /** Leaves the extension: it may have been there before, and others may use it. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX IF EXISTS tasks_search_idx');
    await queryRunner.query('DROP COLLATION task_search');
  }
}
