interface Begun {
  readonly domainId: string;
  readonly at: number;
}

const RECENT_MS = 10_000;

/** Whose runs began in a process a moment ago. */
export class RecentDomains {
  #latest: Begun | undefined;
  /** The last before of another domain. */
  #latestOfAnother: Begun | undefined;

  add(domainId: string): void {
    if (this.#latest?.domainId !== domainId) this.#latestOfAnother = this.#latest;
    this.#latest = { domainId, at: performance.now() };
  }

  hasOthersThan(domainId: string): boolean {
    const other = this.#latest?.domainId === domainId ? this.#latestOfAnother : this.#latest;
    return other !== undefined && performance.now() - other.at < RECENT_MS;
  }
}
