import { describe, expect, it } from '@jest/globals';
import { escapeInvisible } from './escape-invisible.js';

describe('escapeInvisible', () => {
  it.each([
    ['control characters', 'a\u0007b\u007fc\u009b2J', String.raw`a\u0007b\u007fc\u009b2J`],
    ['a return', 'all is well\rnothing is', String.raw`all is well\u000dnothing is`],
    ['bidirectional marks', '\u061c\u202e\u2066', String.raw`\u061c\u202e\u2066`],
    ['separators', '\u2028\u2029', String.raw`\u2028\u2029`],
    ['characters of no width', '\u200b\ufeff', String.raw`\u200b\ufeff`],
    ['those that take two code units', '\u{e0041}', String.raw`\udb40\udc41`],
    ['terminal commands', '\u001b]0;title\u0007', String.raw`\u001b]0;title\u0007`],
  ])('writes %s as escapes', (_, line, escaped) => {
    expect(escapeInvisible(line)).toBe(escaped);
  });

  it.each(['Zoë 😀 中文', 'one line\n', '\u001b[32mgreen\u001b[39m'])('leaves %j alone', (line) => {
    expect(escapeInvisible(line)).toBe(line);
  });
});
