import { describe, expect, test } from 'vitest';
import { Pace } from './pace.ts';

const limits = { perSecond: 100, unevenPerSecond: 100, leastPerSecond: 10, burst: 1_000 };

test('a burst passes, and what comes after it waits as long as it takes at the pace', () => {
  const pace = new Pace(limits, () => 0);

  const waits = Array.from({ length: 1_300 }, () => pace.take('one'));

  expect(waits.slice(0, 1_000).every((ms) => ms === 0)).toBe(true);
  expect(waits.at(-1)).toBeCloseTo(3_000);
  expect(pace.take('other')).toBe(0);
});

test('who keeps to the pace never waits, and who was quiet for long has its burst again, not more', () => {
  let now = 0;
  const pace = new Pace(limits, () => now);

  for (let count = 0; count < 5_000; count += 1) {
    expect(pace.take('one')).toBe(0);
    now += 10;
  }
  now += 3_600_000;

  expect(Array.from({ length: 1_100 }, () => pace.take('one')).filter((ms) => ms > 0)).toHaveLength(100);
});

describe('beside others', () => {
  const limits = { perSecond: 200, unevenPerSecond: 60, leastPerSecond: 30, burst: 50 };
  const QUIET = Array.from({ length: 10 }, (_, nr) => `quiet ${nr}`);
  const quietOnes = Object.fromEntries(QUIET.map((name) => [name, 1]));

  interface Reporting {
    readonly seconds: number;
    readonly rates: Readonly<Record<string, number>>;
    readonly isStrained?: boolean;
  }

  /** Everybody reports for a while at a rate, and waits as told. Answers how many events each got through. */
  function reportFor({ seconds, rates, isStrained = false }: Reporting): Record<string, number> {
    let now = 0;
    const pace = new Pace(limits, () => now);
    const through: Record<string, number> = {};
    const freeAt = new Map<string, number>();
    for (; now < seconds * 1_000; now += 5) {
      if (isStrained && now % 500 === 0) pace.slow();
      for (const [name, perSecond] of Object.entries(rates)) {
        if (now % (1_000 / perSecond) !== 0 || (freeAt.get(name) ?? 0) > now) continue;
        freeAt.set(name, now + pace.take(name));
        through[name] = (through[name] ?? 0) + 1;
      }
    }
    return through;
  }

  test('who reports much more than the others is held to less, and they are not', () => {
    const { flooder = 0, ...others } = reportFor({ seconds: 60, rates: { flooder: 200, ...quietOnes } });

    expect(flooder).toBeGreaterThan(55 * 60);
    expect(flooder).toBeLessThan(62 * 60 + 50);
    expect(Object.values(others)).toEqual(QUIET.map(() => 60));
  });

  test('to still less while services cannot keep up', () => {
    const { flooder = 0, ...others } = reportFor({ seconds: 60, rates: { flooder: 200, ...quietOnes }, isStrained: true });

    expect(flooder).toBeGreaterThan(28 * 60);
    expect(flooder).toBeLessThan(36 * 60 + 50);
    expect(Object.values(others)).toEqual(QUIET.map(() => 60));
  });

  test('nobody is where all report about the same, nor who is alone, also while services cannot keep up', () => {
    const rates = { one: 100, two: 100, three: 50 };

    expect(reportFor({ seconds: 20, rates, isStrained: true })).toEqual({ one: 2_000, two: 2_000, three: 1_000 });
    expect(reportFor({ seconds: 20, rates: { alone: 200 }, isStrained: true })).toEqual({ alone: 4_000 });
  });

  test('those who come back at the same moment catch up at the full pace', () => {
    let now = 0;
    const pace = new Pace(limits, () => now);
    const all = ['one', 'two', 'three'];
    for (const name of all) pace.take(name);
    now += 60_000;

    for (let nr = 0; nr < 400; nr += 1, now += 5) for (const name of all) expect(pace.take(name)).toBe(0);
  });

  test('the pace is what it was some time after they keep up again', () => {
    let now = 0;
    const pace = new Pace(limits, () => now);
    for (; now < 30_000; now += 250) pace.slow();
    expect(pace.perSecond).toBeLessThan(32);

    now += 3_000;
    expect(pace.perSecond).toBeGreaterThan(40);
    now += 5_000;
    expect(pace.perSecond).toBe(60);
  });

  test('what many processes say in the same moment counts once', () => {
    const pace = new Pace(limits, () => 0);
    for (let times = 0; times < 20; times += 1) pace.slow();

    expect(pace.perSecond).toBeCloseTo(42);
  });
});
