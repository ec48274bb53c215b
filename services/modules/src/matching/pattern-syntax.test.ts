import { describe, expect, test } from 'vitest';
import { linearPattern } from './pattern-syntax.ts';

const TEXTS = [
  '',
  'hello world',
  'Hello\nWorld',
  'a.b-c_d',
  'tab\there',
  'no\u00a0break\ufeff',
  'line\u2028separator',
  '[12] {x} (y)',
  'aaaa bbbb',
  '/give Bob 10',
  'x^y$z',
  'ü ñ 漢字',
  'back\\slash',
  ']',
];

const PATTERNS = [
  'hello',
  '^h.*d$',
  '.',
  '^.+$',
  '\\d+',
  '\\D',
  '\\w+\\s\\w+',
  '[\\s]',
  '\\S+',
  '\\bBob\\b',
  '\\B',
  '[a-c]+',
  '[^a-z\\s]',
  '[.\\]]',
  'a{2,3}',
  'a{2}?',
  '(a|b)+',
  '(?:give|take) (?<who>\\w+)',
  '\\/give',
  '\\[\\d+\\]',
  'x\\^y\\$',
  '\\\\',
  '{x}',
  '\\t',
  '[\\w-]+',
  '$',
  '',
];

describe('a pattern on the linear-time engine', () => {
  test.each(PATTERNS)('%j finds what V8 finds', (pattern) => {
    const linear = linearPattern(pattern);
    expect(linear).not.toBeNull();
    for (const text of TEXTS) expect(linear?.matcher(text).find(), text).toBe(new RegExp(pattern).test(text));
  });

  test.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(?<!a)b',
    '(a)\\1',
    '(?<n>a)\\k<n>',
    '[]',
    '[^]',
    '[[:alpha:]]',
    '\\u0041',
    '\\x41',
    '\\cA',
    '\\A',
    '\\pL',
    '[\\S]',
    '[\\b]',
    '(?i:a)',
  ])('%j is not for it', (pattern) => {
    expect(linearPattern(pattern)).toBeNull();
  });

  test('a pattern that V8 would take years for takes milliseconds', () => {
    const linear = linearPattern('^(a+)+$');
    const begun = performance.now();
    expect(linear?.matcher(`${'a'.repeat(5_000)}b`).find()).toBe(false);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
