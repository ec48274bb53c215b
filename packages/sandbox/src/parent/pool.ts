import { createHash } from 'node:crypto';
import type { Child } from './child.ts';
import { openOwnProcess, type OwnProcess } from './own-process.ts';
import { openSlot, type Slot } from './slot.ts';

export interface PoolOptions {
  /** How many processes are shared by the domains that did no harm. */
  readonly size: number;
  readonly start: () => Promise<Child>;
  readonly onFailure: (error: unknown) => void;
}

const QUARANTINE_MS = 600_000;
const OWN_CHILDREN_MAX = 8;
const RESTART_MS = 500;
/** For the runs of a process of one's own when it is taken back. */
const RETURN_MS = 60_000;

/** The processes for functions, and which domain's run goes where. */
export class Pool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #shared: Slot[];
  readonly #own = new Map<string, { readonly process: OwnProcess; readonly timer: NodeJS.Timeout }>();
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
    if (mine) return mine.process.child();
    const slot = this.#shared[createHash('sha256').update(domainId).digest().readUInt32BE(0) % this.#shared.length];
    if (!slot || this.#isClosed) throw new Error('The sandbox is closed');
    return slot.child();
  }

  /** Whether it may have a process of its own without another one giving way. */
  hasRoomFor(domainId: string): boolean {
    return this.#own.has(domainId) || this.#own.size < OWN_CHILDREN_MAX;
  }

  /** The domain's code takes much processor time: from now on it runs in a process of its own, until it was calm for a while. */
  setApart(domainId: string): void {
    if (!this.#isClosed) this.#ownOf(domainId);
  }

  /** The domain's code did harm: it is set apart, and its process has what others leave of the processors. */
  quarantine(domainId: string): void {
    if (!this.#isClosed) this.#ownOf(domainId).markHarmful();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#own.values()) clearTimeout(timer);
    for (const one of [...this.#shared, ...[...this.#own.values()].map((mine) => mine.process)]) one.close(0);
    const children = this.children;
    for (const child of children) child.kill([], 'closed');
    await Promise.all(children.map((child) => child.exited));
  }

  #ownOf(domainId: string): OwnProcess {
    const mine = this.#own.get(domainId);
    if (mine) {
      mine.timer.refresh();
      // Now the last of those who give way to others.
      this.#own.delete(domainId);
      this.#own.set(domainId, mine);
      return mine.process;
    }
    if (this.#own.size >= OWN_CHILDREN_MAX) this.#makeRoom();
    const timer = setTimeout(() => this.#takeBack(domainId), QUARANTINE_MS).unref();
    const process = openOwnProcess(() => this.#start());
    this.#own.set(domainId, { process, timer });
    return process;
  }

  /** Takes back the first of those that did no harm, else the first of all. */
  #makeRoom(): void {
    const all = [...this.#own];
    const chosen = all.find(([, { process }]) => !process.isHarmful) ?? all[0];
    if (chosen) this.#takeBack(chosen[0]);
  }

  #takeBack(domainId: string): void {
    const mine = this.#own.get(domainId);
    if (!mine) return;
    clearTimeout(mine.timer);
    mine.process.close(RETURN_MS);
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
