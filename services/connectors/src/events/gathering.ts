/**
 * For each event that was sent, those behind it are gathered for so long, up to a bound. Of a game server that reports less
 * than fifty a second, evenly, nothing waits where services and streams keep up.
 */
const EACH_MS = 20;
const MOST_MS = 60;
/** By how much longer each time that services say they cannot keep up, which counts so often at most, and how many times as long at most. */
const LONGER = 2;
const LONGER_EVERY_MS = 250;
const LONGEST = 6;
/** What is left of that after each second in which none says so. */
const SHORTER = 0.87;
/** And for so many times as long as the streams took lately to store what was sent, which the last counts for so much in. */
const STORES = 2;
const OF_LAST = 0.3;
const MOST_BUSY_MS = MOST_MS * LONGEST;

/**
 * How long what game servers report is gathered, so that it goes on as one. A large message costs services and streams hardly more than
 * a small one: while they cannot keep up, fewer and larger ones let them catch up, and what waits there waits no longer for having waited here.
 */
export class Gathering {
  readonly #now: () => number;
  #strained: { readonly at: number; readonly times: number };
  #storeMs = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#strained = { at: Number.NEGATIVE_INFINITY, times: 1 };
  }

  /** How many times as long as with services that keep up. */
  get times(): number {
    const { at, times } = this.#strained;
    return Math.max(1, times * SHORTER ** ((this.#now() - at) / 1_000));
  }

  /** Services cannot keep up. */
  lengthen(): void {
    const now = this.#now();
    if (now - this.#strained.at < LONGER_EVERY_MS) return;
    this.#strained = { at: now, times: Math.min(LONGEST, this.times * LONGER) };
  }

  /** A stream took so long to store what was sent: on a machine that is busy with everything else, too, that is long. */
  stored(ms: number): void {
    this.#storeMs += (ms - this.#storeMs) * OF_LAST;
  }

  /** For how many milliseconds what follows is gathered, after so many events of one game server were sent. */
  msAfter(events: number): number {
    if (events === 0) return 0;
    const usual = Math.min(events * EACH_MS, MOST_MS) * this.times;
    return Math.min(MOST_BUSY_MS, Math.max(usual, this.#storeMs * STORES));
  }
}
