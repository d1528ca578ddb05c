import { addTasks, SEED_END, TASKS, withoutIndexes } from './seed.js';

/** The table of tasks, which every server finds as it was seeded. */
export class Table {
  /** @param {import('pg').Client} client */
  constructor(client) {
    this.client = client;
  }

  /** Seeds the table that the service's migrations have made, and keeps a copy to reset it from. */
  async seed() {
    // Vacuuming is done here, between measurements, so that none is disturbed by it.
    await this.client.query('ALTER TABLE tasks SET (autovacuum_enabled = false)');
    await withoutIndexes(this.client, () => addTasks(this.client, 0, TASKS - 1));
    await this.client.query('CREATE SCHEMA bench');
    await this.client.query('CREATE UNLOGGED TABLE bench.seed AS TABLE tasks');
    await this.client.query('ALTER TABLE bench.seed ADD PRIMARY KEY (id)');
    await this.client.query('VACUUM (ANALYZE) bench.seed, tasks');
  }

  /** Takes back, row by row, what was changed since: quick, but rows end up in other places. */
  async undo() {
    await this.client.query('DELETE FROM tasks WHERE updated_at > $1', [SEED_END]);
    await this.client.query(
      `INSERT INTO tasks SELECT seed.* FROM bench.seed
       WHERE NOT EXISTS (SELECT FROM tasks WHERE tasks.id = seed.id)`,
    );
    await this.client.query('VACUUM tasks');
  }

  /** Writes the whole table anew, so that every round starts on the same pages. */
  async rebuild() {
    await this.client.query('TRUNCATE tasks');
    await withoutIndexes(this.client, () =>
      this.client.query('INSERT INTO tasks SELECT * FROM bench.seed ORDER BY id'),
    );
    await this.client.query('VACUUM (ANALYZE) tasks');
  }
}
