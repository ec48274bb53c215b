import { expect, test } from 'vitest';
import { ClaimTimes } from './claim-times.ts';

test('claims are long while they take longer in the mean than the shortest, by more than the limit', () => {
  const claims = new ClaimTimes(30);
  expect(claims.areLong).toBe(false);
  for (let nr = 0; nr < 20; nr += 1) claims.note(10);
  expect(claims.areLong).toBe(false);

  claims.note(100);
  expect(claims.areLong).toBe(false);
  for (let nr = 0; nr < 20; nr += 1) claims.note(50);
  expect(claims.areLong).toBe(true);

  for (let nr = 0; nr < 20; nr += 1) claims.note(30);
  expect(claims.areLong).toBe(false);
});
