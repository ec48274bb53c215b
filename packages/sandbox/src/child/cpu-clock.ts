import type ivm from 'isolated-vm';

/**
 * Processor time of one run. isolated-vm's clock also counts an isolate that sleeps or waits for a processor; but what the whole
 * process did not use, the isolate did not use either.
 */
export class CpuClock {
  readonly #isolate: ivm.Isolate;
  #last: number;
  #totalMs = 0;

  constructor(isolate: ivm.Isolate) {
    this.#isolate = isolate;
    this.#last = this.#now();
  }

  /** Counts what went by since the last time, of which the process used `processMs`. Answers the total. */
  add(processMs: number): number {
    const now = this.#isolate.isDisposed ? this.#last : this.#now();
    this.#totalMs += Math.min(now - this.#last, processMs);
    this.#last = now;
    return this.#totalMs;
  }

  #now(): number {
    return Number(this.#isolate.cpuTime) / 1e6;
  }
}
