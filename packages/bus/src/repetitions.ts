import type { ConsumeOptions, Handling } from './consume.ts';
import { ShortLived } from './short-lived.ts';
import { HEADERS } from './wire.ts';

/** As long as a stream knows the ids of its messages: it does not know those of what travels with others. */
const KNOWN_MS = 120_000;
/** About a hundred bytes each. */
const KNOWN_MOST = 50_000;

/**
 * Which messages this process has handled lately, by an id that their sender gave them: one that was sent again, by itself or with others,
 * is not handled again. What was parked and put back is no repetition.
 */
export class Repetitions<T> {
  readonly #idOf: ConsumeOptions<T>['idOf'];
  readonly #known = new ShortLived<true>({ most: KNOWN_MOST, livesMs: KNOWN_MS });

  constructor(idOf: ConsumeOptions<T>['idOf']) {
    this.#idOf = idOf;
  }

  /** Those that are none, each once. */
  without(handlings: readonly Handling[]): Handling[] {
    const own = new Set<string>();
    return handlings.filter((handling) => {
      const id = this.#keyOf(handling);
      if (id === undefined) return true;
      if (own.has(id) || this.#known.has(id)) return false;
      own.add(id);
      return true;
    });
  }

  remember(handlings: readonly Handling[]): void {
    for (const handling of handlings) {
      const id = this.#keyOf(handling);
      if (id !== undefined) this.#known.set(id, true);
    }
  }

  /** Of its domain: none can make another's message pass for a repetition. */
  #keyOf({ held, item, delivery }: Handling): string | undefined {
    if (!this.#idOf || held.message.headers?.has(HEADERS.origin)) return undefined;
    try {
      const id: unknown = this.#idOf(item.json() as T);
      return typeof id === 'string' && id !== '' ? `${delivery.domainId} ${id}` : undefined;
    } catch {
      // It cannot be read, which whoever handles it will say.
      return undefined;
    }
  }
}
