import { LIMITS } from '@takaro/contracts/limits';

/** What the last one counts for in the mean. */
const OF_LAST = 0.2;

/**
 * How long claims take, from when they are asked to when they are answered: a way through the bus, modules and PostgreSQL, which is long
 * where all of these have too much to do. On a machine with time to spare it is short whatever a domain asks of its own share.
 */
export class ClaimTimes {
  readonly #mostMs: number;
  #shortestMs = Number.POSITIVE_INFINITY;
  #meanMs = 0;

  constructor(mostMs: number = LIMITS.strainedMs) {
    this.#mostMs = mostMs;
  }

  note(ms: number): void {
    this.#shortestMs = Math.min(this.#shortestMs, ms);
    this.#meanMs += (ms - this.#meanMs) * OF_LAST;
  }

  /** Whether they take longer in the mean than they can, by more than is good. */
  get areLong(): boolean {
    return this.#meanMs - this.#shortestMs > this.#mostMs;
  }
}
