import { expect, test } from 'vitest';
import { DEFAULT_RUN_LIMITS } from '../run.ts';
import { createKeptLogs } from './kept-logs.ts';

const LIMITS = { ...DEFAULT_RUN_LIMITS, outputChars: 1_000, messageChars: 50 };
const kept = (...added: readonly unknown[]) => {
  const logs = createKeptLogs(LIMITS);
  for (const value of added) logs.add(value);
  return logs;
};

test('what has room is kept as it is, and cut where its text is long', () => {
  const { lines, isTruncated } = kept([{ msg: 'one', details: { args: [1] } }, { msg: 'x'.repeat(60) }], [{ msg: 3, details: 'two' }]);
  expect(lines).toEqual([
    { msg: 'one', details: { args: [1] } },
    { msg: `${'x'.repeat(50)}...`, details: null },
    { msg: '3', details: 'two' },
  ]);
  expect(isTruncated).toBe(false);
});

test('details that have no room are left out and marked, and nothing follows them', () => {
  const { lines, isTruncated } = kept([{ msg: 'one' }, { msg: 'two', details: 'z'.repeat(2_000) }], [{ msg: 'three' }]);
  expect(lines).toEqual([
    { msg: 'one', details: null },
    { msg: 'two', details: { truncated: true } },
  ]);
  expect(isTruncated).toBe(true);
});

test('all that is added has the room of one log, whatever it is written with', () => {
  for (const text of ['z', '\u0001', '"', 'ß']) {
    const logs = kept(...Array.from({ length: 100 }, () => [{ msg: text.repeat(40), details: text.repeat(20) }]));
    expect(JSON.stringify(logs.lines).length).toBeLessThanOrEqual(LIMITS.outputChars);
    expect(logs.lines.length).toBeGreaterThan(1);
    expect(logs.isTruncated).toBe(true);
  }
});

test('what is too deep for JSON, and what is no list of lines, is not kept', () => {
  const deep = JSON.parse('['.repeat(1e5) + ']'.repeat(1e5));
  expect(kept([{ msg: deep, details: deep }]).lines).toEqual([{ msg: '"[not serializable]"', details: '[not serializable]' }]);
  expect(kept(1, 'text', null, { msg: 'x' }, [1, null, ['x']]).lines).toEqual([]);
});
