import { describe, expect, test } from 'vitest';
import { checkCronPattern, nextSlot, slotsToRun } from './cron-slots.ts';

function slots(pattern: string, timezone: string, from: string, until: string): string[] {
  const found: string[] = [];
  for (
    let at = nextSlot(pattern, timezone, Date.parse(from));
    at && at.getTime() < Date.parse(until);
    at = nextSlot(pattern, timezone, at.getTime())
  ) {
    found.push(at.toISOString());
  }
  return found;
}

const day = (pattern: string, timezone: string, noon: string): string[] => {
  const until = new Date(Date.parse(noon) + 86_400_000).toISOString();
  return slots(pattern, timezone, noon, until).map((slot) => slot.slice(5, 16));
};

/** The day on which clocks change, from the noon before; spring jumps ahead, fall goes back. */
const BRUSSELS = { spring: '2026-03-28T11:00:00Z', fall: '2026-10-24T10:00:00Z' };
/** Half an hour at 2:00. */
const LORD_HOWE = { spring: '2026-10-03T01:30:00Z', fall: '2026-04-04T01:00:00Z' };

describe('where clocks change', () => {
  test.each([
    // A daily time comes once on each local day: where it does not exist, right after the gap; where it exists twice, the first time.
    ['30 2 * * *', 'Europe/Brussels', BRUSSELS.spring, ['03-29T01:00']],
    ['30 2 * * *', 'Europe/Brussels', BRUSSELS.fall, ['10-25T00:30']],
    ['15 2 * * *', 'Australia/Lord_Howe', LORD_HOWE.spring, ['10-03T15:30']],
    ['30 2 * * *', 'Australia/Lord_Howe', LORD_HOWE.spring, ['10-03T15:30']],
    ['30 2 * * *', 'Australia/Lord_Howe', LORD_HOWE.fall, ['04-04T16:00']],
    ['45 1 * * *', 'Australia/Lord_Howe', LORD_HOWE.fall, ['04-04T14:45']],
    // A wildcard comes as often as clocks show it: not at all in a gap, in both of a doubled hour.
    ['*/30 2 * * *', 'Europe/Brussels', BRUSSELS.spring, []],
    ['*/30 2 * * *', 'Europe/Brussels', BRUSSELS.fall, ['10-25T00:00', '10-25T00:30', '10-25T01:00', '10-25T01:30']],
    ['*/30 2 * * *', 'Australia/Lord_Howe', LORD_HOWE.spring, ['10-03T15:30']],
    ['*/30 2 * * *', 'Australia/Lord_Howe', LORD_HOWE.fall, ['04-04T15:30', '04-04T16:00']],
    ['*/30 1 * * *', 'Australia/Lord_Howe', LORD_HOWE.fall, ['04-04T14:00', '04-04T14:30', '04-04T15:00']],
  ])('%s in %s after %s', (pattern, timezone, noon, expected) => {
    expect(day(pattern, timezone, noon)).toEqual(expected);
  });

  test('a daily job comes on every local day of a year', () => {
    for (const timezone of ['Europe/Brussels', 'Australia/Lord_Howe'])
      expect(slots('30 2 * * *', timezone, '2026-01-01T12:00:00Z', '2027-01-01T12:00:00Z')).toHaveLength(365);
  });
});

test.each([
  ['0 0 30 2 *', 'is a cron pattern that never comes due'],
  ['', 'is not a cron pattern'],
  ['* * *', 'is not a cron pattern'],
  ['x * * * *', 'is not a cron pattern'],
  ['60 * * * *', 'is not a cron pattern'],
  ['2026-01-01T00:00:00', 'is not a cron pattern'],
  ['* * * * * *', 'comes due more often than every 10 seconds'],
  ['*/5 * * * * *', 'comes due more often than every 10 seconds'],
  ['0,59 * * * * *', 'comes due more often than every 10 seconds'],
  ['3,4 0 0 1 1 *', 'comes due more often than every 10 seconds'],
])('%j is refused: it %s', (pattern, reason) => {
  expect(() => checkCronPattern(pattern, 10_000)).toThrow(expect.objectContaining({ code: 'CRON_INVALID', params: { reason } }));
});

test.each(['* * * * *', '*/10 * * * * *', '0 0 29 2 *', '0 0 * * SUN', '30 0 0 1 1 *'])('%j is taken', (pattern) => {
  expect(() => checkCronPattern(pattern, 10_000)).not.toThrow();
});

test('a zone that nobody knows has no slots', () => {
  expect(nextSlot('* * * * *', 'Mars/Olympus', Date.now())).toBeNull();
});

describe('a slot that is found late', () => {
  const late = (now: string, policy: 'skip' | 'once' | 'all', temporalValue = '0 * * * *') =>
    slotsToRun({ temporalValue, timezone: 'UTC', slot: new Date('2026-01-01T00:00:00Z'), now: Date.parse(now) }, policy, 3).map((slot) =>
      slot.toISOString().slice(8, 16),
    );

  test.each(['skip', 'once', 'all'] as const)('is run until the next one is due, by %s', (policy) => {
    expect(late('2026-01-01T00:59:59Z', policy)).toEqual(['01T00:00']);
  });

  test('is not run with skip when another came due', () => {
    expect(late('2026-01-01T01:00:00Z', 'skip')).toEqual([]);
    expect(late('2026-01-02T00:30:00Z', 'skip')).toEqual([]);
  });

  test('is run with once in the place of all before it', () => {
    expect(late('2026-01-01T01:00:00Z', 'once')).toEqual(['01T01:00']);
    expect(late('2026-01-02T00:30:00Z', 'once')).toEqual(['02T00:00']);
  });

  test('is run with all, with at most so many before it', () => {
    expect(late('2026-01-01T01:00:00Z', 'all')).toEqual(['01T00:00', '01T01:00']);
    expect(late('2026-01-02T00:30:00Z', 'all')).toEqual(['01T22:00', '01T23:00', '02T00:00']);
    expect(late('2026-02-01T00:00:00Z', 'all', '*/10 * * * * *')).toEqual(['31T23:59', '31T23:59', '01T00:00']);
  });
});
