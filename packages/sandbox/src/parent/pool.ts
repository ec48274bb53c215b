import { createHash } from 'node:crypto';
import type { Child } from './child.ts';
import type { Urgency } from './command.ts';
import { openSlot, type Slot } from './slot.ts';
import { throttle } from './throttle.ts';

export interface PoolOptions {
  /** How many processes are shared by the domains that did no harm. */
  readonly size: number;
  readonly start: (urgency: Urgency) => Promise<Child>;
  readonly onFailure: (error: unknown) => void;
}

const QUARANTINE_MS = 600_000;
/** Services go before functions, and those of domains that did no harm before those of others. */
const SHARED: Urgency = { nice: 5, isIdle: false };
const QUARANTINED: Urgency = { nice: 19, isIdle: true };
const OWN_CHILDREN_MAX = 8;
const RESTART_MS = 500;
/** For the runs of a process of one's own when it is taken back. */
const RETURN_MS = 60_000;

/** The processes for functions, and which domain's run goes where. */
export class Pool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #shared: Slot[];
  readonly #own = new Map<string, { readonly slot: Slot; readonly timer: NodeJS.Timeout }>();
  readonly #children = new Set<Child>();
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#shared = Array.from({ length: options.size }, () => openSlot(() => this.#start(SHARED)));
  }

  /** Those that are up. */
  get children(): readonly Child[] {
    return [...this.#children];
  }

  /** The process in which the domain's functions run: always the same shared one, or one of its own. */
  async childFor(domainId: string): Promise<Child> {
    const mine = this.#own.get(domainId);
    if (mine) return mine.slot.child();
    const slot = this.#shared[createHash('sha256').update(domainId).digest().readUInt32BE(0) % this.#shared.length];
    if (!slot || this.#isClosed) throw new Error('The sandbox is closed');
    return slot.child();
  }

  /** The domain's code did harm: from now on it runs in a process of its own, until it was calm for a while. */
  quarantine(domainId: string): void {
    if (this.#isClosed) return;
    const mine = this.#own.get(domainId);
    if (mine) {
      mine.timer.refresh();
      return;
    }
    const [oldest] = this.#own.keys();
    if (this.#own.size >= OWN_CHILDREN_MAX && oldest !== undefined) this.#takeBack(oldest);
    const timer = setTimeout(() => this.#takeBack(domainId), QUARANTINE_MS).unref();
    this.#own.set(domainId, { slot: openSlot(() => this.#start(QUARANTINED)), timer });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#own.values()) clearTimeout(timer);
    for (const slot of [...this.#shared, ...[...this.#own.values()].map(({ slot }) => slot)]) slot.close(0);
    const children = this.children;
    for (const child of children) child.kill([], 'closed');
    await Promise.all(children.map((child) => child.exited));
  }

  #takeBack(domainId: string): void {
    const mine = this.#own.get(domainId);
    if (!mine) return;
    clearTimeout(mine.timer);
    mine.slot.close(RETURN_MS);
    this.#own.delete(domainId);
  }

  async #start(urgency: Urgency): Promise<Child> {
    for (;;) {
      try {
        const child = await this.#options.start(urgency);
        this.#children.add(child);
        if (urgency === QUARANTINED) throttle(child);
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
