import { expect, test } from 'vitest';
import { SharedStrain, Strain } from './strain.ts';

interface Laid {
  readonly laidMs: (nr: number) => number;
  readonly everyMs: number;
  readonly forMs: number;
}

/** Messages whose turn comes every so often, each after it lay for a time. Answers how often it was told. */
function toldOf({ laidMs, everyMs, forMs }: Laid): number {
  let [now, told] = [1_000_000, 0];
  const end = now + forMs;
  const strain = new Strain(() => (told += 1), { mostMs: 100, now: () => now });
  for (let nr = 0; now <= end; now += everyMs, nr += 1) strain.note(now - laidMs(nr));
  return told;
}

test('messages that lie longer than the limit are told of some times a second, others are not', () => {
  expect(toldOf({ laidMs: (nr) => (nr === 0 ? 2 : 150), everyMs: 10, forMs: 10_000 })).toBe(20);
  expect(toldOf({ laidMs: (nr) => (nr === 0 ? 2 : 90), everyMs: 10, forMs: 10_000 })).toBe(0);
});

test('a single message that lay says nothing', () => {
  expect(toldOf({ laidMs: (nr) => (nr === 0 ? 2 : 5_000), everyMs: 1_000, forMs: 10_000 })).toBe(0);
});

test.for([-5_000, 5_000])('a clock that is %d ms off hides nothing and is not taken for strain', (offMs) => {
  expect(toldOf({ laidMs: () => offMs + 2, everyMs: 10, forMs: 10_000 })).toBe(0);
  expect(toldOf({ laidMs: (nr) => offMs + (nr === 0 ? 2 : 150), everyMs: 10, forMs: 10_000 })).toBe(20);
});

test('a clock that is set is known again after some time', () => {
  const hourMs = 3_600_000;
  const atFirst = toldOf({ laidMs: () => 200, everyMs: 100, forMs: hourMs });
  const told = toldOf({ laidMs: (nr) => (nr === 0 ? 2 : 200), everyMs: 100, forMs: hourMs });

  expect(atFirst).toBe(0);
  expect(told).toBeGreaterThan(1_000);
  expect(told).toBeLessThan(2_500);
});

/** Messages of keys, each of which lies for a time of its own, one of each key every 100 ms for ten seconds. Answers how often it was told. */
function toldOfKeys(laidMs: Readonly<Record<string, number>>, { isBusy = true } = {}): number {
  let [now, told] = [1_000_000, 0];
  const strain = new SharedStrain(() => (told += 1), { mostMs: 1_000, now: () => now, isBusy: () => isBusy });
  strain.note(now, 'third');
  for (const end = now + 10_000; now < end; now += 100) for (const [key, ms] of Object.entries(laidMs)) strain.note(now - ms, key);
  return told;
}

test('where most keys are late that is told of twice a second', () => {
  expect(toldOfKeys({ one: 3_000, another: 2_000, third: 2 })).toBe(19);
  expect(toldOfKeys({ one: 900, another: 900, third: 900 })).toBe(0);
});

test('a key that is late by itself, or beside as many that are not, is not told of', () => {
  expect(toldOfKeys({ one: 30_000 })).toBe(0);
  expect(toldOfKeys({ one: 30_000, another: 2 })).toBe(0);
  expect(toldOfKeys({ one: 30_000, another: 30_000, third: 2, fourth: 2 })).toBe(0);
});

test('nor are keys that are late on a machine that has time to spare', () => {
  expect(toldOfKeys({ one: 30_000, another: 30_000 }, { isBusy: false })).toBe(0);
});

test('keys that are late at different times are not late together', () => {
  let [now, told] = [1_000_000, 0];
  const strain = new SharedStrain(() => (told += 1), { mostMs: 1_000, now: () => now, isBusy: () => true });
  strain.note(now, 'one');
  for (let nr = 0; nr < 20; nr += 1, now += 60_000) strain.note(now - 5_000, nr % 2 === 0 ? 'one' : 'another');
  expect(told).toBe(0);
});

test('what lay for long when a process started is told of from the first on', () => {
  let [now, told] = [1_000_000, 0];
  const strain = new SharedStrain(() => (told += 1), { mostMs: 1_000, now: () => now, isBusy: () => true });
  for (let nr = 0; nr < 20; nr += 1, now += 100) strain.note(now - 30_000 + nr * 1_000, nr % 2 === 0 ? 'one' : 'another');
  expect(told).toBe(3);
});
