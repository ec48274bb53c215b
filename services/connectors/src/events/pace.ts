import { LRUCache } from 'lru-cache';
import { Shares } from './shares.ts';

export interface PaceLimits {
  /** What a game server may report in the long run. */
  readonly perSecond: number;
  /** What it may report however much the others wait. */
  readonly leastPerSecond: number;
  /** What it may report at once after it was quiet. */
  readonly burst: number;
}

/** What is left of the pace each time that services say they cannot keep up, which counts so often at most. */
const SLOWER = 0.7;
const SLOWER_EVERY_MS = 250;
/** By how much it grows again in each second in which none says so. */
const FASTER = 1.15;
/** Who reports so many times what others do in the mean is not who makes them wait. */
const FAIR_SHARE = 4;

/**
 * How fast game servers may report. Who is faster is not refused: its socket is not read for a while, so that what one floods waits in
 * its own connector and not before the events of others. Kept by game server, so that a new socket begins with no new allowance.
 *
 * While services cannot keep up, the pace falls, for those alone that report much more than the others do: nothing gets better for
 * anybody when all are slowed alike, and what waits after an outage is to be caught up with.
 */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #burstMs: number;
  readonly #now: () => number;
  readonly #shares: Shares;
  /** When each would be even, in the clock of `now`. */
  readonly #evenAt = new LRUCache<string, number>({ max: 20_000 });
  #slowed: { readonly at: number; readonly perSecond: number };

  constructor(limits: PaceLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#burstMs = (limits.burst / limits.perSecond) * 1_000;
    this.#now = now;
    this.#shares = new Shares(now);
    this.#slowed = { at: Number.NEGATIVE_INFINITY, perSecond: limits.perSecond };
  }

  /** What any game server may report at this moment, whatever the others do. */
  get perSecond(): number {
    const { at, perSecond } = this.#slowed;
    return Math.min(this.#limits.perSecond, perSecond * FASTER ** ((this.#now() - at) / 1_000));
  }

  /** Services cannot keep up. */
  slow(): void {
    const now = this.#now();
    if (now - this.#slowed.at < SLOWER_EVERY_MS) return;
    const { leastPerSecond, perSecond } = this.#limits;
    this.#slowed = { at: now, perSecond: Math.min(perSecond, Math.max(leastPerSecond, this.perSecond * SLOWER)) };
  }

  /** Counts one event. Answers for how many milliseconds it should wait, and nothing more of its game server be read; 0 for none. */
  take(gameServerId: string): number {
    const now = this.#now();
    this.#shares.count(gameServerId);
    const evenAt = Math.max(this.#evenAt.get(gameServerId) ?? now, now) + 1_000 / this.#perSecondOf(gameServerId);
    this.#evenAt.set(gameServerId, evenAt);
    return Math.max(0, evenAt - now - this.#burstMs);
  }

  #perSecondOf(gameServerId: string): number {
    const { perSecond } = this;
    if (perSecond >= this.#limits.perSecond) return perSecond;
    return Math.min(this.#limits.perSecond, Math.max(perSecond, FAIR_SHARE * this.#shares.ofOthers(gameServerId)));
  }
}
