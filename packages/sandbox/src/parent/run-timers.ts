/** What is to happen to a run at a time; one thing at most. */
export class RunTimers {
  readonly #timers = new Map<number, NodeJS.Timeout>();

  /** In place of what was to happen. */
  set(runId: number, ms: number, work: () => void): void {
    this.clear(runId);
    this.#timers.set(runId, setTimeout(work, ms));
  }

  /** Unless something is to happen already. */
  setOnce(runId: number, ms: number, work: () => void): void {
    if (!this.#timers.has(runId)) this.set(runId, ms, work);
  }

  clear(runId: number): void {
    clearTimeout(this.#timers.get(runId));
    this.#timers.delete(runId);
  }
}
