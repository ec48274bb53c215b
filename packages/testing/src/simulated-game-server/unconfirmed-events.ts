/** What a long outage may pile up; the oldest are given up then. */
export const UNCONFIRMED_MOST = 10_000;

interface Unconfirmed {
  readonly seq: number;
  readonly frame: string;
}

/** The events that Takaro has not confirmed yet, numbered and in order. */
export class UnconfirmedEvents {
  #events: Unconfirmed[] = [];
  #waiting: { readonly upTo: number; readonly done: () => void }[] = [];
  #lastSeq = 0;
  #givenUp = 0;

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get size(): number {
    return this.#events.length;
  }

  /** How many were dropped because too many waited. */
  get givenUp(): number {
    return this.#givenUp;
  }

  frames(): readonly string[] {
    return this.#events.map(({ frame }) => frame);
  }

  /** Keeps an event under the next number. */
  add(frameOf: (seq: number) => string): string {
    this.#lastSeq += 1;
    const frame = frameOf(this.#lastSeq);
    this.#events.push({ seq: this.#lastSeq, frame });
    if (this.#events.length > UNCONFIRMED_MOST) {
      this.#events.shift();
      this.#givenUp += 1;
      this.#settle();
    }
    return frame;
  }

  confirmUpTo(seq: number): void {
    const open = this.#events.findIndex((event) => event.seq > seq);
    this.#events.splice(0, open < 0 ? this.#events.length : open);
    this.#settle();
  }

  /** Takaro will never take this one. */
  refuse(seq: number): void {
    this.#events = this.#events.filter((event) => event.seq !== seq);
    this.#settle();
  }

  /** Settles when nothing of what was added so far is open. */
  settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ upTo: this.#lastSeq, done: resolve });
    this.#settle();
    return promise;
  }

  #settle(): void {
    const oldest = this.#events[0]?.seq ?? Number.POSITIVE_INFINITY;
    for (const { upTo, done } of this.#waiting) if (upTo < oldest) done();
    this.#waiting = this.#waiting.filter(({ upTo }) => upTo >= oldest);
  }
}
