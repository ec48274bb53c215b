export interface PatienceOptions {
  /** For how long a server that is there may not answer. */
  readonly ms: number;
  readonly onOver: () => void;
}

/** Tells a server that takes the connection and does not answer from one that is away. */
export class Patience {
  readonly #options: PatienceOptions;
  #isConnected = true;
  #answeredAt = performance.now();

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  noteAnswer(): void {
    this.#answeredAt = performance.now();
  }

  noteSilence(): void {
    if (!this.#isConnected || performance.now() - this.#answeredAt < this.#options.ms) return;
    this.noteAnswer();
    this.#options.onOver();
  }

  noteConnection(isConnected: boolean): void {
    this.#isConnected = isConnected;
    if (isConnected) this.noteAnswer();
  }
}
