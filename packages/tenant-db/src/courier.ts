import { AsyncLocalStorage } from 'node:async_hooks';
import { quoteName } from './names.ts';
import type { RelayOptions, Told } from './outbox.ts';

/** Rows of what was published go together, this long after the first of them. */
const DELETE_AFTER_MS = 100;

/** While so many are on their way, as when the bus is down, the relay has the rest. */
const MAX_UNDER_WAY = 1_000;

/**
 * Publishes what was just committed to the outbox from memory and deletes the rows by the hundred. Nothing rests on it: what it does not
 * publish, or was published by a process that was killed before it deleted the row, the relay finds.
 */
export class Courier {
  readonly #options: RelayOptions;
  /** Runs work outside of the tenant whose transaction told something: which connection it prefers is nothing to the others. */
  readonly #ofNoTenant = AsyncLocalStorage.snapshot();
  readonly #underWay = new Set<Promise<void>>();
  #published: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  publish(told: readonly Told[]): void {
    for (const one of told.slice(0, MAX_UNDER_WAY - this.#underWay.size)) {
      const publishing = this.#publish(one).finally(() => this.#underWay.delete(publishing));
      this.#underWay.add(publishing);
    }
  }

  /** Settles when what was begun is published and its rows are deleted, or neither will be. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#delete();
  }

  async #publish({ position, event }: Told): Promise<void> {
    try {
      await this.#options.publish(event);
    } catch (error) {
      this.#options.log.warn({ err: error, domainId: event.domainId, name: event.name }, 'an event was not published');
      return;
    }
    this.#published.push(position);
    this.#timer ??= this.#ofNoTenant(() => setTimeout(() => void this.#delete(), DELETE_AFTER_MS));
  }

  async #delete(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const positions = this.#published;
    this.#published = [];
    if (positions.length === 0) return;
    const { pool, platform, log } = this.#options;
    try {
      const text = `delete from ${quoteName(platform)}."outbox" where "position" = any($1::bigint[])`;
      await pool.query({ name: 'outbox-delete', text, values: [positions] });
    } catch (error) {
      // They are published again under the same ids.
      log.warn({ err: error, rows: positions.length }, 'published events stay in the outbox');
    }
  }
}
