import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { DatabaseStartup } from '../../database/database-startup.js';
import { expiryAt } from './expiry.js';
import { IdempotencyKey } from './idempotency-key.entity.js';

const INTERVAL_MS = 60_000;
/** So few that a statement is always short. */
const BATCH = 1_000;

const DELETE_BATCH = `
  DELETE FROM idempotency_keys WHERE (user_id, operation, key) IN (
    SELECT user_id, operation, key FROM idempotency_keys WHERE created_at <= $1
    ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ) RETURNING key`;

/**
 * Removes expired idempotency keys every minute, so that the table holds no more than a day of them.
 * Every process does so; a row that another one is removing is skipped.
 */
@Injectable()
export class ExpiredKeysService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ExpiredKeysService.name);
  private timer?: NodeJS.Timeout;

  constructor(
    @InjectRepository(IdempotencyKey) private readonly keys: Repository<IdempotencyKey>,
    private readonly database: DatabaseStartup,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Removes all keys that have expired by now. */
  async remove(): Promise<void> {
    const expiry = expiryAt(new Date());
    let removed: unknown[];
    do {
      [removed] = await this.keys.query<[unknown[], number]>(DELETE_BATCH, [expiry]);
    } while (removed.length === BATCH);
  }

  private async tick(): Promise<void> {
    if (!this.database.isReady) return;
    await this.remove().catch((error: unknown) => {
      this.logger.warn(`Expired idempotency keys stay for another minute: ${String(error)}`);
    });
  }
}
