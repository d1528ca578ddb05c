import { describe, expect, it } from '@jest/globals';
import { AppError } from '../http/errors/app-error.js';
import { decodeCursor, encodeCursor } from './cursor.js';

const position = {
  created_at: new Date('2026-01-31T09:30:00.123Z'),
  id: '0199b5a6-7c00-7cc3-98c4-dc0c0c07398f',
};

describe('a cursor', () => {
  it('brings the position back', () => {
    const { created_at, id } = decodeCursor('ada', encodeCursor('ada', position));
    expect(created_at).toEqual(position.created_at);
    expect(id).toBe(position.id.replaceAll('-', ''));
  });

  it('also from before 1970', () => {
    const created_at = new Date(-1);
    const cursor = encodeCursor('ada', { ...position, created_at });
    expect(decodeCursor('ada', cursor).created_at).toEqual(created_at);
  });

  it('is good for one user only', () => {
    expect(() => decodeCursor('bob', encodeCursor('ada', position))).toThrow(AppError);
  });

  it('is refused when any one of its characters is another', () => {
    const cursor = encodeCursor('ada', position);
    for (let at = 0; at < cursor.length; at += 1) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
      expect(() => decodeCursor('ada', changed)).toThrow(AppError);
    }
  });

  it('is refused when it is cut, padded or nonsense', () => {
    const cursor = encodeCursor('ada', position);
    for (const wrong of ['', cursor.slice(0, -1), `${cursor}=`, `${cursor}A`, ` ${cursor}`, '😀']) {
      expect(() => decodeCursor('ada', wrong)).toThrow(AppError);
    }
  });
});
