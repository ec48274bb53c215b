import { describe, expect, test } from 'vitest';
import { Pace } from './pace.ts';

const limits = { perSecond: 100, leastPerSecond: 10, burst: 1_000 };

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

describe('while services cannot keep up', () => {
  const limits = { perSecond: 200, leastPerSecond: 20, burst: 50 };
  const QUIET = Array.from({ length: 10 }, (_, nr) => `quiet ${nr}`);

  /** Everybody reports for a while at a rate, and waits as told. Answers how many events the first got through. */
  function reportFor(seconds: number, rates: Readonly<Record<string, number>>, onSecond: (pace: Pace) => void): Record<string, number> {
    let now = 0;
    const pace = new Pace(limits, () => now);
    const through: Record<string, number> = {};
    const freeAt = new Map<string, number>();
    for (; now < seconds * 1_000; now += 5) {
      if (now % 1_000 === 0) onSecond(pace);
      for (const [name, perSecond] of Object.entries(rates)) {
        if (now % (1_000 / perSecond) !== 0 || (freeAt.get(name) ?? 0) > now) continue;
        freeAt.set(name, now + pace.take(name));
        through[name] = (through[name] ?? 0) + 1;
      }
    }
    return through;
  }
  const quietOnes = Object.fromEntries(QUIET.map((name) => [name, 1]));

  test('who reports much more than the others goes slower, down to what anybody may, and they do not', () => {
    const through = reportFor(60, { flooder: 200, ...quietOnes }, (pace) => pace.slow());

    expect(through['flooder']).toBeLessThan(60 * 40);
    expect(through['flooder']).toBeGreaterThan(60 * 19);
    for (const name of QUIET) expect(through[name]).toBe(60);
  });

  test('nobody goes slower where all report about the same, nor who is alone', () => {
    const busy = { one: 100, two: 100, three: 50 };

    expect(reportFor(20, busy, (pace) => pace.slow())).toEqual({ one: 2_000, two: 2_000, three: 1_000 });
    expect(reportFor(20, { alone: 200 }, (pace) => pace.slow())).toEqual({ alone: 4_000 });
  });

  test('the pace is what it was some time after they keep up again', () => {
    let now = 0;
    const pace = new Pace(limits, () => now);
    for (; now < 30_000; now += 250) pace.slow();
    expect(pace.perSecond).toBeLessThan(21);

    now += 5_000;
    expect(pace.perSecond).toBeGreaterThan(35);
    now += 20_000;
    expect(pace.perSecond).toBe(200);
  });

  test('what many processes say in the same moment counts once', () => {
    const pace = new Pace(limits, () => 0);
    for (let times = 0; times < 20; times += 1) pace.slow();

    expect(pace.perSecond).toBe(140);
  });
});
