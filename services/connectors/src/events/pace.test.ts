import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

const limits = { perSecond: 100, burst: 1_000 };

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
