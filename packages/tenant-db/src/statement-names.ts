import { LRUCache } from 'lru-cache';

/**
 * Names by which connections keep statements prepared: PostgreSQL plans one that it has seen under its name anew only when it pays, and
 * planning costs more than running where a row is found by its key. A text that is forgotten here gets a fresh name; what connections
 * keep under the old one goes when they are renewed.
 */
export class StatementNames {
  readonly #names = new LRUCache<string, string>({ max: 10_000 });
  #count = 0;

  of(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.#count += 1;
    const name = `s${this.#count}`;
    this.#names.set(text, name);
    return name;
  }

  /** The next time it gets another name. */
  forget(text: string): void {
    this.#names.delete(text);
  }
}
