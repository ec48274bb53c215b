import type { Clock } from '@takaro/process';

export interface ManualClock extends Clock {
  /** Moves the time forward, or back by a negative amount. */
  advance(byMs: number): void;
  set(instant: string | number): void;
}

/** A clock that stands still until it is moved. */
export function manualClock(start: string | number): ManualClock {
  let nowMs = new Date(start).getTime();
  return {
    now: () => nowMs,
    advance: (byMs) => {
      nowMs += byMs;
    },
    set: (instant) => {
      nowMs = new Date(instant).getTime();
    },
  };
}
