import type { MigrationInterface, QueryRunner } from 'typeorm';

const WHITE_SPACE = String.raw`\t\n\u000b\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff`;

export class CreateTasks1763700000000 implements MigrationInterface {
  name = 'CreateTasks1763700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(String.raw`
      CREATE TABLE tasks (
        id          uuid           NOT NULL,
        user_id     text           NOT NULL,
        title       text           COLLATE "C" NOT NULL,
        description text,
        completed   boolean        NOT NULL,
        created_at  timestamptz(3) NOT NULL,
        updated_at  timestamptz(3) NOT NULL,
        CONSTRAINT tasks_pkey PRIMARY KEY (id),
        CONSTRAINT tasks_user_id_length CHECK (char_length(user_id) BETWEEN 1 AND 255),
        CONSTRAINT tasks_user_id_not_blank CHECK (user_id ~ '[^${WHITE_SPACE}]'),
        CONSTRAINT tasks_user_id_no_controls CHECK (user_id !~ '[\u0001-\u001f\u007f-\u009f]'),
        CONSTRAINT tasks_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
        CONSTRAINT tasks_title_trimmed CHECK (title !~ '^[${WHITE_SPACE}]|[${WHITE_SPACE}]$'),
        CONSTRAINT tasks_description_length CHECK (char_length(description) <= 1000),
        CONSTRAINT tasks_updated_at_not_before_created_at CHECK (updated_at >= created_at)
      )`);
    await queryRunner.query('CREATE INDEX tasks_user_id_idx ON tasks (user_id)');
    await queryRunner.query(
      'CREATE INDEX tasks_user_id_created_at_id_idx ON tasks (user_id, created_at, id)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE tasks');
  }
}
