/** Jobs of one key run in the order in which they came, at most `perKey` at once; keys take turns under `concurrency`. */
export class KeyedQueue {
  readonly #concurrency: number;
  readonly #perKey: number;
  readonly #keys = new Map<string, { running: number; readonly waiting: (() => Promise<void>)[] }>();
  #running = 0;
  #idle: (() => void) | undefined;

  constructor(limits: { readonly concurrency: number; readonly perKey: number }) {
    this.#concurrency = limits.concurrency;
    this.#perKey = limits.perKey;
  }

  /** Whether something of the key runs or waits. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** A job must not reject: it settles its own failure. */
  push(key: string, job: () => Promise<void>): void {
    const entry = this.#keys.get(key) ?? { running: 0, waiting: [] };
    entry.waiting.push(job);
    this.#keys.set(key, entry);
    this.#fill();
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    if (this.#keys.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  #fill(): void {
    for (const [key, entry] of this.#keys) {
      if (this.#running >= this.#concurrency) return;
      if (entry.running >= this.#perKey || entry.waiting.length === 0) continue;
      // Behind the others, so that a key with a long queue does not starve them.
      this.#keys.delete(key);
      this.#keys.set(key, entry);
      this.#start(key, entry);
    }
  }

  #start(key: string, entry: { running: number; readonly waiting: (() => Promise<void>)[] }): void {
    const job = entry.waiting.shift();
    if (!job) return;
    entry.running += 1;
    this.#running += 1;
    void job().finally(() => {
      entry.running -= 1;
      this.#running -= 1;
      this.#keys.delete(key);
      if (entry.running > 0 || entry.waiting.length > 0) this.#keys.set(key, entry);
      if (this.#keys.size === 0) this.#idle?.();
      this.#fill();
    });
  }
}
