const WINDOW_MS = 2_000;
/** In less than that nothing is a rate. */
const LEAST_MS = 250;

interface Counts {
  readonly since: number;
  readonly byGameServer: Map<string, number>;
  total: number;
}

/** How much each game server reported in the last two to four seconds, less right after a silence. */
export class Shares {
  readonly #now: () => number;
  #current: Counts;
  #former: Counts;

  constructor(now: () => number) {
    this.#now = now;
    this.#current = countsFrom(now());
    this.#former = this.#current;
  }

  count(gameServerId: string): void {
    this.#turn();
    const { byGameServer } = this.#current;
    byGameServer.set(gameServerId, (byGameServer.get(gameServerId) ?? 0) + 1);
    this.#current.total += 1;
  }

  /** Events a second of the others that reported anything, in the mean; Infinity where there are none. */
  ofOthers(gameServerId: string): number {
    this.#turn();
    const windows = this.#current === this.#former ? [this.#current] : [this.#current, this.#former];
    const others = Math.max(...windows.map(({ byGameServer }) => byGameServer.size - (byGameServer.has(gameServerId) ? 1 : 0)));
    if (others <= 0) return Number.POSITIVE_INFINITY;
    const events = windows.reduce((sum, { byGameServer, total }) => sum + total - (byGameServer.get(gameServerId) ?? 0), 0);
    return events / others / (Math.max(this.#now() - this.#former.since, LEAST_MS) / 1_000);
  }

  #turn(): void {
    const now = this.#now();
    const ageMs = now - this.#current.since;
    if (ageMs < WINDOW_MS) return;
    const next = countsFrom(now);
    this.#former = ageMs < 2 * WINDOW_MS ? this.#current : next;
    this.#current = next;
  }
}

const countsFrom = (since: number): Counts => ({ since, byGameServer: new Map(), total: 0 });
