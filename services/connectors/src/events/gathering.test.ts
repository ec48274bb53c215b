import { beforeEach, expect, test } from 'vitest';
import { Gathering } from './gathering.ts';

let now = 0;
let gathering: Gathering;

beforeEach(() => {
  now = 0;
  gathering = new Gathering(() => now);
});

function strainFor(ms: number): void {
  for (const end = now + ms; now < end; now += 50) gathering.lengthen();
}

test('what follows is gathered for longer the more was sent, up to a bound', () => {
  expect([0, 1, 2, 3, 50].map((events) => gathering.msAfter(events))).toEqual([0, 20, 40, 60, 60]);
});

test('while services cannot keep up it is gathered for longer and longer, up to a bound', () => {
  gathering.lengthen();
  expect(gathering.msAfter(1)).toBe(40);
  gathering.lengthen();
  expect(gathering.msAfter(1), 'of several who say so at once one counts').toBe(40);

  strainFor(5_000);

  expect(gathering.msAfter(1)).toBeGreaterThan(100);
  expect(gathering.msAfter(50)).toBeLessThanOrEqual(360);
  expect(gathering.msAfter(0), 'after a silence nothing waits').toBe(0);
});

test('once they keep up it is gathered for as long as before', () => {
  strainFor(5_000);

  now += 5_000;
  expect(gathering.times).toBeGreaterThan(1.5);
  expect(gathering.times).toBeLessThan(4);
  now += 15_000;

  expect(gathering.msAfter(3)).toBe(60);
});

test('while the streams take their time it is gathered for longer than they take, up to the same bound', () => {
  for (let turn = 0; turn < 30; turn += 1) gathering.stored(2);
  expect(gathering.msAfter(3)).toBe(60);

  for (let turn = 0; turn < 30; turn += 1) gathering.stored(100);
  expect(gathering.msAfter(1)).toBeCloseTo(200, 0);
  expect(gathering.msAfter(0), 'after a silence nothing waits').toBe(0);
  gathering.stored(60_000);

  expect(gathering.msAfter(1), 'after an outage').toBe(360);
});
