import { expect, test } from 'vitest';
import { readNumbering } from './numbering.ts';

test('events are numbered by a text and a whole number', () => {
  for (const seq of [0, 3, Number.MAX_SAFE_INTEGER])
    expect(readNumbering({ streamId: 's', seq })).toEqual({ kind: 'valid', value: { streamId: 's', seq } });
});

test('events without a stream and a number are not numbered', () => {
  for (const payload of [undefined, null, 'x', {}, { type: 'log' }, { streamId: null, seq: null }])
    expect(readNumbering(payload)).toEqual({ kind: 'none', value: null });
});

test.for([
  { streamId: 's' },
  { seq: 1 },
  { streamId: '', seq: 1 },
  { streamId: 7, seq: 1 },
  { streamId: 'x'.repeat(101), seq: 1 },
  { streamId: '\ud800', seq: 1 },
  { streamId: 's\0', seq: 1 },
  { streamId: 's', seq: -1 },
  { streamId: 's', seq: 1.5 },
  { streamId: 's', seq: '1' },
  { streamId: 's', seq: 2 ** 53 },
  { streamId: 's', seq: Number.POSITIVE_INFINITY },
])('%j is no numbering', (payload) => {
  expect(readNumbering(payload)).toEqual({ kind: 'invalid', value: null });
});
