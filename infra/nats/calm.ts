/** Whether what is looked at now and then has been the same for a while. */
export class Calm {
  readonly #ms: number;
  #seen: string | undefined;
  #since = 0;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Takes a look, and answers for it. */
  isSince(seen: string): boolean {
    const now = performance.now();
    if (seen !== this.#seen) this.#since = now;
    this.#seen = seen;
    return now - this.#since >= this.#ms;
  }
}
