import { expect, test } from 'vitest';
import { Strain } from './strain.ts';

/** Messages whose turn comes every so often, each after it lay for a time. Answers how often it was told. */
function toldOf({ laidMs, everyMs, forMs }: { readonly laidMs: number; readonly everyMs: number; readonly forMs: number }): number {
  let [now, told] = [1_000, 0];
  const strain = new Strain(() => (told += 1), { mostMs: 100, now: () => now });
  for (; now <= 1_000 + forMs; now += everyMs) strain.note(now - laidMs);
  return told;
}

test('messages that lie too long are told of some times a second, others are not', () => {
  expect(toldOf({ laidMs: 150, everyMs: 10, forMs: 10_000 })).toBe(40);
  expect(toldOf({ laidMs: 90, everyMs: 10, forMs: 10_000 })).toBe(0);
});

test('a single message that lay says nothing', () => {
  expect(toldOf({ laidMs: 5_000, everyMs: 1_000, forMs: 10_000 })).toBe(0);
});

test('a clock that is behind that of the stream does no harm', () => {
  expect(toldOf({ laidMs: -5_000, everyMs: 10, forMs: 1_000 })).toBe(0);
});
