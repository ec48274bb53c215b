import { expect, test } from 'vitest';
import { storable } from './storable.ts';

test.each([
  [{ a: ['x\0y', 1, null] }, { a: ['xy', 1, null] }],
  ['\ud800 alone', '\ufffd alone'],
  ['😀 whole', '😀 whole'],
  [String.raw`written \u0000 out`, String.raw`written \u0000 out`],
  [null, null],
])('%j is kept as %j', (value, kept) => {
  expect(storable(value)).toEqual(kept);
});
