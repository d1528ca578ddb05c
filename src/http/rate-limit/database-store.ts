import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit';
import type { Statement, Statements } from '../../database/statements/statements.js';

/** Counts requests in the database, in one statement each, so that all processes count together. */
export class DatabaseStore implements Store {
  private windowSeconds = 0;

  constructor(private readonly statements: Statements) {}

  init({ windowMs }: Options): void {
    this.windowSeconds = windowMs / 1000;
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const values = { key, seconds: this.windowSeconds };
    const [row] = await this.statements.run<{ hits: number; resets_at: string }>(COUNT, values);
    return { totalHits: row?.hits ?? 1, resetTime: row && new Date(row.resets_at) };
  }

  async decrement(key: string): Promise<void> {
    await this.statements.run(TAKE_BACK, { key });
  }

  async resetKey(key: string): Promise<void> {
    await this.statements.run(FORGET, { key });
  }
}

/** Adds a hit, in a new window where the old one is over, and sweeps a few windows that are over. */
const COUNT: Statement = {
  alone: true,
  text: `
  WITH swept AS (
    DELETE FROM rate_limits WHERE key IN (
      SELECT key FROM rate_limits WHERE resets_at < now() AND key <> :key
      ORDER BY resets_at LIMIT 10 FOR UPDATE SKIP LOCKED)
  )
  INSERT INTO rate_limits AS r (key, hits, resets_at)
  VALUES (:key, 1, now() + make_interval(secs => :seconds))
  ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN r.resets_at <= now() THEN 1 ELSE r.hits + 1 END,
    resets_at = CASE WHEN r.resets_at <= now() THEN excluded.resets_at ELSE r.resets_at END
  RETURNING hits, resets_at`,
};

const TAKE_BACK: Statement = {
  alone: true,
  text: 'UPDATE rate_limits SET hits = hits - 1 WHERE key = :key',
};

const FORGET: Statement = { alone: true, text: 'DELETE FROM rate_limits WHERE key = :key' };
