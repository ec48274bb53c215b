import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';

/** How long a request waits for the connection to come back before it says that nobody can be asked. */
const WAIT_MS = 500;

/**
 * Whether the connection to NATS stands. The client says nothing of what was sent into a broken one: a request would wait for its whole
 * deadline for an answer that cannot come.
 */
export class Link {
  #isUp = true;
  readonly #waiting = new Set<() => void>();
  readonly #asking = new Set<() => void>();

  constructor(nats: NatsConnection) {
    void this.#watch(nats);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Settles when the connection stands, at once if it does. */
  async whenUp(): Promise<void> {
    if (this.#isUp) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    await promise;
  }

  /** @throws Error when there is no connection and none comes soon, or it breaks before the answer came */
  async within<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.#isUp && !(await this.#comesUp())) throw new Error('not connected');
    const broken = Promise.withResolvers<never>();
    const fail = (): void => broken.reject(new Error('the connection broke'));
    this.#asking.add(fail);
    try {
      return await Promise.race([ask(), broken.promise]);
    } finally {
      this.#asking.delete(fail);
    }
  }

  async #comesUp(): Promise<boolean> {
    const up = Promise.withResolvers<boolean>();
    const resolve = (): void => up.resolve(true);
    this.#waiting.add(resolve);
    const came = await Promise.race([up.promise, delay(WAIT_MS, false)]);
    this.#waiting.delete(resolve);
    return came;
  }

  async #watch(nats: NatsConnection): Promise<void> {
    for await (const { type } of nats.status()) {
      if (type === 'disconnect') this.#turn(false, this.#asking);
      else if (type === 'reconnect') this.#turn(true, this.#waiting);
    }
  }

  #turn(isUp: boolean, told: Set<() => void>): void {
    this.#isUp = isUp;
    const listeners = [...told];
    told.clear();
    for (const listener of listeners) listener();
  }
}
