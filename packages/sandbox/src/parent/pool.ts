import { createHash } from 'node:crypto';
import type { Child } from './child.ts';
import { openSlot, type Slot } from './slot.ts';

export interface PoolOptions {
  /** How many processes are shared by the domains that did no harm. */
  readonly size: number;
  readonly start: () => Promise<Child>;
  readonly onFailure: (error: unknown) => void;
}

const QUARANTINE_MS = 600_000;
const OWN_CHILDREN_MAX = 16;
const RESTART_MS = 500;
/** For the runs of a process of one's own when it is taken back. */
const RETURN_MS = 60_000;

/** The processes for functions, and which domain's run goes where. */
export class Pool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #shared: Slot[];
  readonly #own = new Map<string, { readonly slot: Slot; untilMs: number }>();
  readonly #children = new Set<Child>();
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#shared = Array.from({ length: options.size }, () => openSlot(() => this.#start()));
  }

  /** Those that are up. */
  get children(): readonly Child[] {
    return [...this.#children];
  }

  /** The process in which the domain's functions run: always the same shared one, or one of its own. */
  async childFor(domainId: string): Promise<Child> {
    const mine = this.#own.get(domainId);
    if (mine && mine.untilMs > Date.now()) return mine.slot.child();
    this.#takeBack(domainId);
    const slot = this.#shared[createHash('sha256').update(domainId).digest().readUInt32BE(0) % this.#shared.length];
    if (!slot || this.#isClosed) throw new Error('The sandbox is closed');
    return slot.child();
  }

  isQuarantined(domainId: string): boolean {
    return this.#own.has(domainId);
  }

  /** The domain's code had to be killed: from now on it runs in a process of its own. */
  quarantine(domainId: string): void {
    if (this.#isClosed) return;
    const untilMs = Date.now() + QUARANTINE_MS;
    const mine = this.#own.get(domainId);
    if (mine) {
      mine.untilMs = untilMs;
      return;
    }
    const [oldest] = this.#own.keys();
    if (this.#own.size >= OWN_CHILDREN_MAX && oldest !== undefined) this.#takeBack(oldest);
    this.#own.set(domainId, { slot: openSlot(() => this.#start()), untilMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const slot of [...this.#shared, ...[...this.#own.values()].map(({ slot }) => slot)]) slot.close(0);
    const children = this.children;
    for (const child of children) child.kill([], 'closed');
    await Promise.all(children.map((child) => child.exited));
  }

  #takeBack(domainId: string): void {
    this.#own.get(domainId)?.slot.close(RETURN_MS);
    this.#own.delete(domainId);
  }

  async #start(): Promise<Child> {
    for (;;) {
      try {
        const child = await this.#options.start();
        this.#children.add(child);
        void child.exited.then(() => this.#children.delete(child));
        if (this.#isClosed) child.kill([], 'closed');
        return child;
      } catch (error) {
        if (this.#isClosed) throw error;
        this.#options.onFailure(error);
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
      }
    }
  }
}
