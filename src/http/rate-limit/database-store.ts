import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit';
import type { DataSource } from 'typeorm';

/** Counts requests in the database, in one statement each, so that all processes count together. */
export class DatabaseStore implements Store {
  private windowSeconds = 0;

  constructor(private readonly dataSource: DataSource) {}

  init({ windowMs }: Options): void {
    this.windowSeconds = windowMs / 1000;
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const [row] = await this.dataSource.query<{ hits: number; resets_at: Date }[]>(COUNT, [
      key,
      this.windowSeconds,
    ]);
    return { totalHits: row?.hits ?? 1, resetTime: row?.resets_at };
  }

  async decrement(key: string): Promise<void> {
    await this.dataSource.query('UPDATE rate_limits SET hits = hits - 1 WHERE key = $1', [key]);
  }

  async resetKey(key: string): Promise<void> {
    await this.dataSource.query('DELETE FROM rate_limits WHERE key = $1', [key]);
  }
}

/** Adds a hit, in a new window where the old one is over, and sweeps a few windows that are over. */
const COUNT = `
  WITH swept AS (
    DELETE FROM rate_limits WHERE key IN (
      SELECT key FROM rate_limits WHERE resets_at < now() AND key <> $1
      ORDER BY resets_at LIMIT 10 FOR UPDATE SKIP LOCKED)
  )
  INSERT INTO rate_limits AS r (key, hits, resets_at)
  VALUES ($1, 1, now() + make_interval(secs => $2))
  ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN r.resets_at <= now() THEN 1 ELSE r.hits + 1 END,
    resets_at = CASE WHEN r.resets_at <= now() THEN excluded.resets_at ELSE r.resets_at END
  RETURNING hits, resets_at`;
