import { AppError } from '../../errors/app-error.js';

/**
 * What was promised, if it comes within so many milliseconds.
 *
 * @throws AppError `SERVICE_UNAVAILABLE` if it does not
 */
export async function inTime<T>(promised: Promise<T>, patience: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const cause = new Error(`the database took longer than ${Math.round(patience)} ms`);
      reject(new AppError('SERVICE_UNAVAILABLE', { cause }));
    }, patience);
  });
  try {
    return await Promise.race([promised, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
