import { describe, expect, test } from 'vitest';
import { isStillDue, nextSlot } from './cron-slots.ts';

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

describe('where clocks change', () => {
  test('a daily job in the hour that does not exist comes once, right after the gap', () => {
    expect(slots('30 2 * * *', 'Europe/Brussels', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('a daily job in the hour that comes twice comes once', () => {
    expect(slots('30 2 * * *', 'Europe/Brussels', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toHaveLength(2);
  });

  test('a wildcard comes in both of the doubled hours', () => {
    expect(slots('*/30 2 * * *', 'Europe/Brussels', '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toHaveLength(4);
  });

  test('Lord Howe moves by half an hour, and a daily job comes once a day both ways', () => {
    expect(slots('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', '2026-10-05T00:00:00Z')).toHaveLength(2);
    expect(slots('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', '2026-04-06T00:00:00Z')).toHaveLength(2);
  });
});

test.each(['0 0 30 2 *', '', '* * *', 'x * * * *', '60 * * * *', '2026-01-01T00:00:00'])('%j never comes due', (pattern) => {
  expect(nextSlot(pattern, 'UTC', Date.now())).toBeNull();
});

test('a zone that nobody knows has no slots', () => {
  expect(nextSlot('* * * * *', 'Mars/Olympus', Date.now())).toBeNull();
});

test('a slot is due until the next one', () => {
  const slot = new Date('2026-01-01T00:00:00Z');
  expect(isStillDue('0 * * * *', 'UTC', slot, Date.parse('2026-01-01T00:59:59Z'))).toBe(true);
  expect(isStillDue('0 * * * *', 'UTC', slot, Date.parse('2026-01-01T01:00:00Z'))).toBe(false);
});
