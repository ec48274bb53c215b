import { expect, test } from 'vitest';
import { behind } from './floors.ts';
import { closedLoop, openLoop, percentile } from './stats.ts';

test('a ratio behind its floor, without a floor or not measured is named, and one that holds is not', () => {
  const ratios = [
    { id: 'slow', value: 3.2, target: '' },
    { id: 'few', value: 0.3, target: '' },
    { id: 'good', value: 1, target: '' },
    { id: 'unknown', value: 1, target: '' },
    { id: 'missing', value: Number.NaN, target: '' },
  ];
  const floors = { slow: { atMost: 3 }, few: { atLeast: 0.4 }, good: { atMost: 2, atLeast: 0.5 }, missing: { atMost: 1 } };

  const named = behind(ratios, floors);

  expect(named).toEqual(['slow: 3.20 is above 3', 'few: 0.30 is below 0.4', 'unknown: no floor is committed', 'missing: was not measured']);
});

test('a closed loop runs every item once with no more at once than its window', async () => {
  const seen: number[] = [];
  let running = 0;
  let most = 0;

  const { times } = await closedLoop(50, 4, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    seen.push(item);
    running -= 1;
  });

  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  expect(most).toBe(4);
  expect(times).toHaveLength(50);
});

test('an open loop begins at its pace, whether or not what it began is over', async () => {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const running = openLoop({ perSecond: 1_000, forMs: 20 }, async () => {
    begun += 1;
    if (begun === 20) resolve();
    await over;
  });

  expect(await running).toHaveLength(20);
});

test('a percentile of an unsorted list is the value below which that share lies', () => {
  expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(percentile([5, 1, 4, 2, 3], 0.99)).toBe(5);
});
