import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@takaro/bus';
import { ERRORS, ServiceError } from '@takaro/contracts/errors';
import { setReachable } from '@takaro/contracts/gameservers/internal';
import type { ConnectedServer } from './registry.ts';

const RETRY_MS = 2_000;

interface ReachabilityOptions {
  readonly bus: Bus;
  /** Of this copy of the service. */
  readonly connectorId: string;
  readonly now: () => number;
}

interface Status {
  readonly reachable: boolean;
  readonly at: string;
}

/**
 * Tells gameservers who is connected. Only the newest word on a server counts: it is said until it was heard, one call at a time per
 * server, so that an older one never comes later.
 */
export class Reachability implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #connectorId: string;
  readonly #now: () => number;
  readonly #wanted = new Map<string, Status>();
  readonly #running = new Map<string, Promise<void>>();
  #stopping = false;

  constructor({ bus, connectorId, now }: ReachabilityOptions) {
    this.#bus = bus;
    this.#connectorId = connectorId;
    this.#now = now;
  }

  tell(server: ConnectedServer, reachable: boolean): void {
    const { gameServerId } = server;
    this.#wanted.set(gameServerId, { reachable, at: new Date(this.#now()).toISOString() });
    if (this.#running.has(gameServerId)) return;
    const work = this.#work(server).finally(() => this.#running.delete(gameServerId));
    this.#running.set(gameServerId, work);
  }

  async #work(server: ConnectedServer): Promise<void> {
    for (;;) {
      const status = this.#wanted.get(server.gameServerId);
      if (status === undefined) return;
      const heard = await this.#say(server, status);
      if (!heard && !this.#stopping) await delay(RETRY_MS);
      else if (this.#wanted.get(server.gameServerId) === status) this.#wanted.delete(server.gameServerId);
    }
  }

  /** False when it is worth saying again. */
  async #say({ domainId, gameServerId }: ConnectedServer, status: Status): Promise<boolean> {
    const reason = status.reachable ? 'connected' : 'connection lost';
    const said = { gameServerId, connectorId: this.#connectorId, reason, ...status };
    try {
      await this.#bus.call(setReachable, said, { domainId, token: await this.#bus.serviceToken(domainId) });
      return true;
    } catch (error) {
      this.#bus.log.warn({ domainId, gameServerId, ...status, err: error }, 'reachability was not heard');
      return error instanceof ServiceError && !ERRORS[error.code].retry;
    }
  }

  /** Says what is left to say, once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running.values());
  }
}
