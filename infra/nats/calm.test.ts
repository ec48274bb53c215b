import { expect, onTestFinished, test, vi } from 'vitest';
import { Calm } from './calm.ts';

test('it is calm when nothing changed for the whole time, and each change begins it anew', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const calm = new Calm(30_000);
  const looks = ['a', 'a', 'b', 'a', 'a', 'a', 'a'].map((seen) => {
    vi.advanceTimersByTime(15_000);
    return calm.isSince(seen);
  });

  expect(looks).toEqual([false, false, false, false, false, true, true]);
});
