import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';

/** A total is not counted anew for this long, unless this process wrote something in the tenant. */
const KEPT_MS = 5_000;

/** Smaller sets are counted as quickly as they are looked up, and always exactly. */
const WORTH_KEEPING = 10_000;

interface Memory {
  readonly totals: LRUCache<string, number>;
  /** By schema; another one after each write. */
  readonly revisions: LRUCache<string, number>;
}

/** One per connection to a database, and gone with it. */
const memories = new WeakMap<object, Memory>();
let lastRevision = 0;

function memoryOf(em: SqlEntityManager): Memory {
  const driver = em.getDriver();
  const memory = memories.get(driver) ?? {
    totals: new LRUCache<string, number>({ max: 1_000, ttl: KEPT_MS }),
    revisions: new LRUCache<string, number>({ max: 10_000 }),
  };
  memories.set(driver, memory);
  return memory;
}

/** What was counted in the tenant before is not believed any more. */
export function forgetTotals(em: SqlEntityManager): void {
  lastRevision += 1;
  memoryOf(em).revisions.set(em.schema ?? '', lastRevision);
}

/**
 * How many rows a search finds in all. Large sets take long to count, so their total is kept for a moment under what was asked for and
 * the revision of the tenant in this process; what other processes wrote shows at the latest when that moment is over.
 */
export async function totalOf(em: SqlEntityManager, asked: unknown, count: () => Promise<number>): Promise<number> {
  if (!isText(asked)) return count();
  const { totals, revisions } = memoryOf(em);
  const schema = em.schema ?? '';
  const key = JSON.stringify([schema, revisions.get(schema) ?? 0, asked]);
  const known = totals.get(key);
  if (known !== undefined) return known;
  const total = await count();
  if (total >= WORTH_KEEPING) totals.set(key, total);
  return total;
}

/** Pieces of SQL stand under symbols, which JSON leaves out: two such questions would look alike. */
const isText = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  Reflect.ownKeys(value).every((key) => typeof key === 'string' && isText(Reflect.get(value, key)));
