import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@takaro/bus';
import { ERRORS, ServiceError } from '@takaro/contracts/errors';
import { setReachable } from '@takaro/contracts/gameservers/internal';
import type { ConnectedServer } from './registry.ts';

const RETRY_MS = 2_000;

/**
 * Tells gameservers who is connected. Only the newest word on a server counts: it is said until it was heard, one call at a time per
 * server, so that an older one never comes later.
 */
export class Reachability implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #wanted = new Map<string, boolean>();
  readonly #running = new Map<string, Promise<void>>();
  #stopping = false;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  tell(server: ConnectedServer, reachable: boolean): void {
    const { gameServerId } = server;
    this.#wanted.set(gameServerId, reachable);
    if (this.#running.has(gameServerId)) return;
    const work = this.#work(server).finally(() => this.#running.delete(gameServerId));
    this.#running.set(gameServerId, work);
  }

  async #work(server: ConnectedServer): Promise<void> {
    for (;;) {
      const reachable = this.#wanted.get(server.gameServerId);
      if (reachable === undefined) return;
      const heard = await this.#say(server, reachable);
      if (!heard && !this.#stopping) await delay(RETRY_MS);
      else if (this.#wanted.get(server.gameServerId) === reachable) this.#wanted.delete(server.gameServerId);
    }
  }

  /** False when it is worth saying again. */
  async #say({ domainId, gameServerId }: ConnectedServer, reachable: boolean): Promise<boolean> {
    try {
      const reason = reachable ? 'connected' : 'connection lost';
      await this.#bus.call(setReachable, { gameServerId, reachable, reason }, { domainId, token: await this.#bus.serviceToken(domainId) });
      return true;
    } catch (error) {
      this.#bus.log.warn({ domainId, gameServerId, reachable, err: error }, 'reachability was not heard');
      return error instanceof ServiceError && !ERRORS[error.code].retry;
    }
  }

  /** Says what is left to say, once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running.values());
  }
}
