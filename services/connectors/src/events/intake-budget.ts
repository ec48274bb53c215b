/** A socket's part of what waits, as far as the budget sees it. */
export interface Waiting {
  /** To be called where the budget has room again. */
  reconsider(): void;
  /** The process is about to stop: what waits for its turn goes at once. */
  hurry(): void;
  /** The process stops: nothing is tried again. */
  giveUp(): void;
}

/**
 * What all sockets of a process have waiting for the streams, in bytes. When it is spent, whoever has something waiting is not read any
 * further, until half of it is free again: so an outage takes this much memory and no more, however many game servers there are.
 */
export class IntakeBudget implements Disposable {
  readonly #limitBytes: number;
  readonly #members = new Set<Waiting>();
  #bytes = 0;
  #isSpent = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isSpent(): boolean {
    return this.#isSpent;
  }

  join(member: Waiting): void {
    this.#members.add(member);
  }

  leave(member: Waiting): void {
    this.#members.delete(member);
  }

  hurry(): void {
    for (const member of this.#members) member.hurry();
  }

  [Symbol.dispose](): void {
    for (const member of this.#members) member.giveUp();
  }

  /** Negative where something was stored or given up. */
  add(bytes: number): void {
    this.#bytes += bytes;
    const isSpent = this.#bytes > (this.#isSpent ? this.#limitBytes / 2 : this.#limitBytes);
    if (isSpent === this.#isSpent) return;
    this.#isSpent = isSpent;
    for (const member of this.#members) member.reconsider();
  }
}
