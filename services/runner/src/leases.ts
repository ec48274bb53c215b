import type { Bus } from '@takaro/bus';
import type { Limits } from '@takaro/contracts/limits';
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
  /** The execution's token. It stays in this process. */
  token(): string;
  /** Whether nobody can have overtaken it, by the clock of this process: it may have stood still for any time. */
  holds(): boolean;
  give(reason: string): void;
}

interface Claimed {
  readonly domainId: string;
  readonly executionId: string;
  readonly attempt: number;
  readonly token: string;
  /** When it was asked for, by `performance.now()`. */
  readonly askedAt: number;
}

interface HeldLease extends Lease {
  renew(token: string, askedAt: number): void;
}

/** Renews what this process runs, until it is given back. */
export class Leases implements Disposable {
  readonly #bus: Bus;
  readonly #leaseMs: number;
  readonly #held = new Map<string, HeldLease>();
  readonly #timer: NodeJS.Timeout;

  constructor(bus: Bus, { leaseMs, heartbeatLeaseMs }: Pick<Limits, 'leaseMs' | 'heartbeatLeaseMs'>) {
    this.#bus = bus;
    this.#leaseMs = leaseMs;
    this.#timer = setInterval(() => this.#renewAll(), heartbeatLeaseMs);
  }

  hold({ domainId, executionId, attempt, token, askedAt }: Claimed): Lease & Disposable {
    const stop = new AbortController();
    let current = { token, until: askedAt + this.#leaseMs };
    const lease = {
      domainId,
      executionId,
      attempt,
      hasEffects: false,
      signal: stop.signal,
      token: () => current.token,
      holds: () => !stop.signal.aborted && performance.now() < current.until,
      renew: (renewed: string, renewedAt: number) => {
        current = { token: renewed, until: renewedAt + this.#leaseMs };
      },
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

  async #renew(domainId: string, leases: readonly HeldLease[]): Promise<void> {
    const askedAt = performance.now();
    const running = leases.map(({ executionId, attempt, hasEffects }) => ({ executionId, attempt, effects: hasEffects }));
    const token = await this.#bus.serviceToken(domainId);
    const { lost, renewed } = await this.#bus.call(heartbeatExecutions, { running }, { domainId, token });
    for (const lease of leases) {
      const token = renewed.find(({ executionId }) => executionId === lease.executionId)?.token;
      if (token !== undefined) lease.renew(token, askedAt);
      if (lost.includes(lease.executionId)) lease.give('its lease is lost');
    }
  }
}
