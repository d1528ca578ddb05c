import { AppError } from '../../errors/app-error.js';

interface Queue {
  running: number;
  readonly waiting: Set<() => void>;
}

/** Limits how many statements of one user run at once; those beyond wait in a queue of that user. */
export class ConcurrencyLimit {
  private readonly queues = new Map<string, Queue>();

  /**
   * Runs a statement when its user runs fewer than `limit`.
   *
   * @param patience longest wait for that, in milliseconds
   * @throws AppError `SERVICE_UNAVAILABLE` when the wait was too long; what `statement` throws
   */
  async run<T>(
    user: string,
    limit: number,
    patience: number,
    statement: () => Promise<T>,
  ): Promise<T> {
    const queue = this.queues.get(user) ?? { running: 0, waiting: new Set() };
    this.queues.set(user, queue);
    if (queue.running < limit) queue.running += 1;
    else await turn(queue, patience);
    try {
      return await statement();
    } finally {
      this.leave(user, queue);
    }
  }

  /** The next in the queue runs instead. */
  private leave(user: string, queue: Queue): void {
    const [next] = queue.waiting;
    if (next) next();
    else queue.running -= 1;
    if (queue.running === 0) this.queues.delete(user);
  }
}

function turn({ waiting }: Queue, patience: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      leave();
      resolve();
    };
    const leave = () => {
      clearTimeout(timer);
      waiting.delete(next);
    };
    const timer = setTimeout(() => {
      leave();
      const cause = new Error('too many statements of this user at once');
      reject(new AppError('SERVICE_UNAVAILABLE', { cause }));
    }, patience);
    waiting.add(next);
  });
}
