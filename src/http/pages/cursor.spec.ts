import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../errors/app-error.js';
import { decodeCursor, encodeCursor } from './cursor.js';

const secret = Buffer.alloc(32, 1);
const position = { key: 'Zoë 😀', id: '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f' };

describe('a cursor', () => {
  it('brings the position back', () => {
    const { key, id } = decodeCursor(secret, 'ada', encodeCursor(secret, 'ada', position));
    expect(key).toBe(position.key);
    expect(id).toBe(position.id.replaceAll('-', ''));
  });

  it('is the same every time', () => {
    expect(encodeCursor(secret, 'ada', position)).toBe(encodeCursor(secret, 'ada', position));
  });

  it('is good for one list and one secret only', () => {
    const cursor = encodeCursor(secret, 'ada', position);
    expect(() => decodeCursor(secret, 'bob', cursor)).toThrow(AppError);
    expect(() => decodeCursor(Buffer.alloc(32, 2), 'ada', cursor)).toThrow(AppError);
  });

  it('is refused when any one of its characters is another', () => {
    const cursor = encodeCursor(secret, 'ada', position);
    for (let at = 0; at < cursor.length; at += 1) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
      expect(() => decodeCursor(secret, 'ada', changed)).toThrow(AppError);
    }
  });

  it('is refused when it is cut, padded or nonsense', () => {
    const cursor = encodeCursor(secret, 'ada', position);
    for (const wrong of ['', cursor.slice(0, -1), `${cursor}=`, `${cursor}A`, ` ${cursor}`, '😀']) {
      expect(() => decodeCursor(secret, 'ada', wrong)).toThrow(AppError);
    }
  });
});
