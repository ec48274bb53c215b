import { LRUCache } from 'lru-cache';

interface ShortLivedOptions {
  /** Entries at most: beyond them, the one that was used longest ago goes. */
  readonly most: number;
  /** Milliseconds from when an entry was set. */
  readonly livesMs: number;
  readonly now?: () => number;
}

/**
 * What is known for a while only, by its key. The cache by itself lets what expired lie until it is full or somebody asks for it, or keeps a
 * timer for each entry (`ttlAutopurge`), of which there may be 100,000; here what expired goes as other entries come, so that a process
 * needs no more memory than twice its lifetime brings it.
 */
export class ShortLived<V extends {}> {
  readonly #cache: LRUCache<string, V>;
  readonly #livesMs: number;
  readonly #now: () => number;
  #purgedAt: number;

  constructor({ most, livesMs, now = () => performance.now() }: ShortLivedOptions) {
    // By size, since a cache with a `max` has room for all entries from the start: 4 MB for 100,000, and some 10 ms to make it.
    this.#cache = new LRUCache({ maxSize: most, sizeCalculation: () => 1, ttl: livesMs, ttlResolution: 0, perf: { now } });
    this.#livesMs = livesMs;
    this.#now = now;
    this.#purgedAt = now();
  }

  /** Those that expired and have not gone yet among them. */
  get size(): number {
    return this.#cache.size;
  }

  get(key: string): V | undefined {
    return this.#cache.get(key);
  }

  has(key: string): boolean {
    return this.#cache.has(key);
  }

  set(key: string, value: V): void {
    this.#cache.set(key, value);
    if (this.#now() - this.#purgedAt < this.#livesMs) return;
    this.#cache.purgeStale();
    this.#purgedAt = this.#now();
  }

  clear(): void {
    this.#cache.clear();
  }
}
