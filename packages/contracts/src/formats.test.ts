import { describe, expect, test } from 'vitest';
import { isInstant, isJson, isUuid } from './formats.ts';

describe('an instant is', () => {
  test.each([
    '2026-01-01T00:00:00Z',
    '2026-12-31T23:59:59.999Z',
    '2024-02-29T12:00:00.123456+02:00',
    '2026-01-01t00:00:00z',
    '0001-01-01T00:00:00-15:59',
  ])('%s', (text) => {
    expect(isInstant(text)).toBe(true);
    expect(new Date(text).getTime()).not.toBeNaN();
  });
});

describe('no instant is', () => {
  test.each([
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2016-12-31T23:59:60Z',
    '0000-01-01T00:00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+16:00',
    '+002026-01-01T00:00:00Z',
    '2026-01-01',
    'infinity',
    '',
  ])('%s', (text) => {
    expect(isInstant(text)).toBe(false);
  });
});

test('a JSON document is an object or a list', () => {
  expect(['{}', '[]', ' {"a": [1]} '].every(isJson)).toBe(true);
  expect(['', 'nope', '5', '"{}"', 'null', '{a:1}', '{}}'].some(isJson)).toBe(false);
});

test('a UUID is written in one way, of whatever version', () => {
  expect(['01890000-0000-7000-8000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'].every(isUuid)).toBe(true);
  expect(['urn:uuid:01890000-0000-7000-8000-000000000000', '{01890000-0000-7000-8000-000000000000}', ''].some(isUuid)).toBe(false);
});
