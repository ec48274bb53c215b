import { LRUCache } from 'lru-cache';

export interface PaceLimits {
  /** What a game server may report in the long run. */
  readonly perSecond: number;
  /** What it may report at once after it was quiet. */
  readonly burst: number;
}

/**
 * How fast game servers may report. Who is faster is not refused: its socket is not read for a while, so that what one floods waits in
 * its own connector and not before the events of others. Kept by game server, so that a new socket begins with no new allowance.
 */
export class Pace {
  readonly #everyMs: number;
  readonly #burstMs: number;
  readonly #now: () => number;
  /** When each would be even, in the clock of `now`. */
  readonly #evenAt = new LRUCache<string, number>({ max: 20_000 });

  constructor({ perSecond, burst }: PaceLimits, now: () => number = () => performance.now()) {
    this.#everyMs = 1_000 / perSecond;
    this.#burstMs = burst * this.#everyMs;
    this.#now = now;
  }

  /** Counts one event. Answers for how many milliseconds it should wait, and nothing more of its game server be read; 0 for none. */
  take(gameServerId: string): number {
    const now = this.#now();
    const evenAt = Math.max(this.#evenAt.get(gameServerId) ?? now, now) + this.#everyMs;
    this.#evenAt.set(gameServerId, evenAt);
    return Math.max(0, evenAt - now - this.#burstMs);
  }
}
