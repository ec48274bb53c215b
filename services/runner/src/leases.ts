import type { Bus } from '@takaro/bus';
import { heartbeatExecutions } from '@takaro/contracts/modules/executions';

/** An execution that this process runs. */
export interface Lease {
  readonly domainId: string;
  readonly executionId: string;
  readonly attempt: number;
  /** Aborted when the execution is somebody else's or over: what runs must end and say nothing more. */
  readonly signal: AbortSignal;
  /** Whether it made a call with an effect. */
  hasEffects: boolean;
  give(reason: string): void;
}

/** Renews what this process runs, until it is given back. */
export class Leases implements Disposable {
  readonly #bus: Bus;
  readonly #held = new Map<string, Lease>();
  readonly #timer: NodeJS.Timeout;

  constructor(bus: Bus, everyMs: number) {
    this.#bus = bus;
    this.#timer = setInterval(() => this.#renewAll(), everyMs);
  }

  hold(domainId: string, executionId: string, attempt: number): Lease & Disposable {
    const stop = new AbortController();
    const lease = {
      domainId,
      executionId,
      attempt,
      hasEffects: false,
      signal: stop.signal,
      give: (reason: string) => stop.abort(new Error(reason)),
      [Symbol.dispose]: () => {
        if (this.#held.get(executionId) === lease) this.#held.delete(executionId);
      },
    };
    this.#held.set(executionId, lease);
    return lease;
  }

  /** Ends all that runs, unfinished. */
  giveAll(reason: string): void {
    for (const lease of this.#held.values()) lease.give(reason);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #renewAll(): void {
    const byDomain = Map.groupBy(this.#held.values(), ({ domainId }) => domainId);
    for (const [domainId, leases] of byDomain) {
      this.#renew(domainId, leases).catch((error: unknown) => {
        this.#bus.log.warn({ domainId, err: error }, 'heartbeat failed');
      });
    }
  }

  async #renew(domainId: string, leases: readonly Lease[]): Promise<void> {
    const running = leases.map(({ executionId, attempt, hasEffects }) => ({ executionId, attempt, effects: hasEffects }));
    const token = await this.#bus.serviceToken(domainId);
    const { lost } = await this.#bus.call(heartbeatExecutions, { running }, { domainId, token });
    for (const lease of leases) {
      if (lost.includes(lease.executionId)) lease.give('its lease is lost');
    }
  }
}
