import { expect, test } from 'vitest';
import { ShortLived } from './short-lived.ts';

const clock = (): { now: () => number; pass: (ms: number) => void } => {
  let at = 5_000;
  return { now: () => at, pass: (ms) => void (at += ms) };
};

test('an entry is known for its lifetime, which begins anew when it is set again', () => {
  const { now, pass } = clock();
  const known = new ShortLived<number>({ most: 10, livesMs: 1_000, now });
  known.set('once', 1);
  known.set('again', 1);
  pass(600);
  known.set('again', 2);
  expect(known.get('once')).toBe(1);

  pass(600);

  expect(known.has('once')).toBe(false);
  expect(known.get('once')).toBeUndefined();
  expect(known.get('again')).toBe(2);
});

test('what expired goes though nobody asks for it, and what has not stays', () => {
  const { now, pass } = clock();
  const known = new ShortLived<number>({ most: 1_000_000, livesMs: 1_000, now });
  const sizes: number[] = [];
  for (let nr = 0; nr < 10_000; nr += 1) {
    known.set(`nr ${nr}`, nr);
    pass(1);
    sizes.push(known.size);
  }

  // A thousand live at any moment, and as many have expired since the last time that those were looked for.
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2_001);
  expect(known.get('nr 9999')).toBe(9_999);
  expect(known.get('nr 9001')).toBe(9_001);
});

test('it holds no more than its most', () => {
  const known = new ShortLived<number>({ most: 3, livesMs: 1_000 });
  for (let nr = 0; nr < 5; nr += 1) known.set(`nr ${nr}`, nr);

  expect(known.size).toBe(3);
  expect(known.has('nr 1')).toBe(false);
  expect(known.has('nr 4')).toBe(true);
});

test('nothing is known once it was cleared', () => {
  const known = new ShortLived<number>({ most: 3, livesMs: 1_000 });
  known.set('a', 1);

  known.clear();

  expect(known.has('a')).toBe(false);
  expect(known.size).toBe(0);
});
