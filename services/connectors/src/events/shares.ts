/** For so long is counted at least, for twice as long at most. */
const WINDOW_MS = 2_000;

/** How much each game server reported lately. */
export class Shares {
  readonly #now: () => number;
  #counts = new Map<string, number>();
  #former = new Map<string, number>();
  #total = 0;
  #formerTotal = 0;
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  count(gameServerId: string): void {
    this.#turn();
    this.#counts.set(gameServerId, (this.#counts.get(gameServerId) ?? 0) + 1);
    this.#total += 1;
  }

  /** Events a second of the others that reported anything, in the mean; Infinity where there are none. */
  ofOthers(gameServerId: string): number {
    this.#turn();
    const [one, other] = this.#former.size > this.#counts.size ? [this.#former, this.#counts] : [this.#counts, this.#former];
    const own = (one.get(gameServerId) ?? 0) + (other.get(gameServerId) ?? 0);
    const others = Math.max(one.size, other.size) - (one.has(gameServerId) ? 1 : 0);
    if (others <= 0) return Number.POSITIVE_INFINITY;
    const seconds = (WINDOW_MS + this.#now() - this.#since) / 1_000;
    return (this.#total + this.#formerTotal - own) / others / seconds;
  }

  #turn(): void {
    const now = this.#now();
    if (now - this.#since < WINDOW_MS) return;
    const isOld = now - this.#since >= 2 * WINDOW_MS;
    [this.#former, this.#formerTotal] = isOld ? [new Map(), 0] : [this.#counts, this.#total];
    [this.#counts, this.#total] = [new Map(), 0];
    this.#since = now;
  }
}
