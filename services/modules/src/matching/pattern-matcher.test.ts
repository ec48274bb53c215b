import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createPatternMatcher } from './pattern-matcher.ts';

test.for([
  ['(?<=hello )world', 'hello world', true],
  ['(l)\\1', 'hello', true],
  ['(?!a)b', 'aaa', false],
  ['plain', 'plain text', true],
] as const)('%j in %j', async ([regex, text, found]) => {
  await using patterns = createPatternMatcher({ limitMs: 50, log: pino({ level: 'silent' }) });

  expect(await patterns.matches(regex, text)).toBe(found);
});

test('a pattern that would run for years is stopped, and the next one has its answer', async () => {
  await using patterns = createPatternMatcher({ limitMs: 50, log: pino({ level: 'silent' }) });
  const attack = patterns.matches('^(?=x)?(a+)+$(?!b)', `${'a'.repeat(60)}c`);
  const calm = patterns.matches('(?!b)c', 'abc');
  const begun = performance.now();

  expect(await Promise.all([attack, calm])).toEqual([false, true]);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
