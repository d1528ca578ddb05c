import { AppError } from '../../errors/app-error.js';

interface Line {
  held: number;
  readonly waiting: Set<() => void>;
}

/** Places of which nobody holds more than a share. Who wants more waits in a line of his own. */
export class Shares {
  private readonly lines = new Map<string, Line>();

  /**
   * Takes a place, and waits for it if the holder has his share already.
   *
   * @param patience longest wait, in milliseconds
   * @returns what gives the place back; to be called once
   * @throws AppError `SERVICE_UNAVAILABLE` when the wait was too long
   */
  async take(holder: string, share: number, patience: number): Promise<() => void> {
    const line = this.lines.get(holder) ?? { held: 0, waiting: new Set() };
    this.lines.set(holder, line);
    if (line.held < share) line.held += 1;
    else await turn(line, patience);
    return () => {
      this.giveBack(holder, line);
    };
  }

  /** Hands the place to the next in line, who then holds it instead. */
  private giveBack(holder: string, line: Line): void {
    const [next] = line.waiting;
    if (next) next();
    else line.held -= 1;
    if (line.held === 0) this.lines.delete(holder);
  }
}

function turn({ waiting }: Line, patience: number): Promise<void> {
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
