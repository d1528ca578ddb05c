import type { Pool, PoolClient } from 'pg';

/**
 * Whether the pool's connections lead to PostgreSQL itself. A pooler between, like PgBouncer, gives each
 * client a process id of its own making, and may run every statement in another session.
 * https://www.pgbouncer.org/features.html
 */
export async function isDirect(pool: Pool): Promise<boolean> {
  const client: PoolClient & { readonly processID?: number } = await pool.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return rows[0]?.pid === client.processID;
  } finally {
    client.release();
  }
}
