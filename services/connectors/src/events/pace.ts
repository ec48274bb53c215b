import { LRUCache } from 'lru-cache';
import { Shares } from './shares.ts';

export interface PaceLimits {
  /** What a game server may report in the long run. */
  readonly perSecond: number;
  /** What it may report of that when it is much more than the others do. */
  readonly unevenPerSecond: number;
  /** The same while services cannot keep up, at least. */
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
 * Who reports much more than the others do is held to less, and to still less while services cannot keep up. Where all report about the
 * same nobody is: nothing gets better for anybody when all are slowed alike, and what waits after an outage is to be caught up with.
 */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #now: () => number;
  readonly #shares: Shares;
  /** What each may report at once, below 0 what it reported too fast, as of a time. */
  readonly #credits = new LRUCache<string, { readonly events: number; readonly at: number }>({ max: 20_000 });
  #slowed: { readonly at: number; readonly perSecond: number };

  constructor(limits: PaceLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#shares = new Shares(now);
    this.#slowed = { at: Number.NEGATIVE_INFINITY, perSecond: limits.unevenPerSecond };
  }

  /** What any game server may report at this moment, whatever the others do. */
  get perSecond(): number {
    const { at, perSecond } = this.#slowed;
    return Math.min(this.#limits.unevenPerSecond, perSecond * FASTER ** ((this.#now() - at) / 1_000));
  }

  /** Services cannot keep up. */
  slow(): void {
    const now = this.#now();
    if (now - this.#slowed.at < SLOWER_EVERY_MS) return;
    this.#slowed = { at: now, perSecond: Math.max(this.#limits.leastPerSecond, this.perSecond * SLOWER) };
  }

  /** Counts one event. Answers for how many milliseconds it should wait, and nothing more of its game server be read; 0 for none. */
  take(gameServerId: string): number {
    const now = this.#now();
    this.#shares.count(gameServerId);
    const { burst } = this.#limits;
    const perMs = this.#perSecondOf(gameServerId) / 1_000;
    const { events, at } = this.#credits.get(gameServerId) ?? { events: burst, at: now };
    const left = Math.min(burst, events + (now - at) * perMs) - 1;
    this.#credits.set(gameServerId, { events: left, at: now });
    return left < 0 ? -left / perMs : 0;
  }

  #perSecondOf(gameServerId: string): number {
    return Math.min(this.#limits.perSecond, Math.max(this.perSecond, FAIR_SHARE * this.#shares.ofOthers(gameServerId)));
  }
}
