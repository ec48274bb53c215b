import { getDomainLimits } from '@takaro/contracts/tenancy/internal';
import { type ServiceContext, startTicker } from '@takaro/process';
import type { TenantDb, Tx } from '@takaro/tenant-db';
import { LRUCache } from 'lru-cache';

const KIND = 'retention';
const KEY = 'events';
const LOOK_MS = 1_000;
/** Rows that go in one transaction: a second's work at most, also where the disk is slow. */
const BATCH = 2_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface RetentionParts {
  readonly db: TenantDb;
  readonly context: Pick<ServiceContext, 'bus' | 'clock' | 'log'>;
}

/** Each domain that has a history has one entry among what is due, for ever: it is made before the domain's first event is stored. */
export class RetentionEntries {
  readonly #parts: RetentionParts;
  readonly #known = new LRUCache<string, Promise<void>>({ max: 50_000 });

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  ensure(domainId: string): Promise<void> {
    const known = this.#known.get(domainId);
    if (known) return known;
    const making = this.#make(domainId);
    this.#known.set(domainId, making);
    making.catch(() => this.#known.delete(domainId));
    return making;
  }

  async #make(domainId: string): Promise<void> {
    const dueAt = new Date(this.#parts.context.clock.now() + HOUR_MS);
    await this.#parts.db.sql(
      domainId,
      `insert into {platform}."due" ("kind", "domainId", "key", "dueAt", "payload") values ('${KIND}', $1, '${KEY}', $2, '{}')
       on conflict do nothing`,
      [domainId, dueAt],
    );
  }
}

/** How far back the history of a domain goes. Asked before the transaction touches a table: a removal of the domain may wait for that. */
async function keptFrom({ context: { bus, clock } }: RetentionParts, domainId: string): Promise<Date> {
  const { eventRetentionDays } = await bus.call(getDomainLimits, {}, { domainId, token: await bus.serviceToken(domainId) });
  return new Date(clock.now() - eventRetentionDays * DAY_MS);
}

/** The oldest first, by "event_createdAt_idx". */
const deleteBatch = async (sql: Tx['sql'], before: Date): Promise<number> => {
  const deleted = await sql(
    `delete from {schema}."event" where "id" = any (array(
       select "id" from {schema}."event" where "createdAt" < $1 order by "createdAt" limit ${BATCH} for update skip locked
     )) returning 1`,
    [before],
  );
  return deleted.length;
};

/**
 * Deletes what is older than the domain keeps its events. It looks again when the oldest event is too old, so a quiet domain costs one look
 * a day: the days it keeps may be fewer by then.
 */
async function retain(parts: RetentionParts, tx: Tx): Promise<void> {
  const before = await keptFrom(parts, tx.domainId);
  const now = parts.context.clock.now();
  const deleted = await deleteBatch(tx.sql, before);
  const [oldest] = await tx.sql<{ createdAt: Date }>('select "createdAt" from {schema}."event" order by "createdAt" limit 1');
  const tooOldAt = oldest ? oldest.createdAt.getTime() + (now - before.getTime()) : now + DAY_MS;
  const waitMs = deleted === BATCH ? 0 : Math.min(Math.max(tooOldAt - now, HOUR_MS), DAY_MS);
  await tx.schedule({ kind: KIND, key: KEY, dueAt: new Date(now + waitMs) });
}

export const startRetention = (parts: RetentionParts): AsyncDisposable =>
  startTicker({
    name: 'retention',
    everyMs: LOOK_MS,
    log: parts.context.log,
    tick: async () => {
      await parts.db.takeDue({ kind: KIND, now: new Date(parts.context.clock.now()), limit: 50 }, (_, tx) => retain(parts, tx));
    },
  });

/** The same at once, until it is done or `until` is past: what is left then goes as what is due. Answers how many went. */
export async function cleanNow(parts: RetentionParts, domainId: string, until: number): Promise<{ deleted: number; isDone: boolean }> {
  const before = await keptFrom(parts, domainId);
  let deleted = 0;
  for (;;) {
    const gone = await parts.db.transaction(domainId, ({ sql }) => deleteBatch(sql, before));
    deleted += gone;
    if (gone < BATCH) return { deleted, isDone: true };
    if (Date.now() < until) continue;
    const dueAt = new Date(parts.context.clock.now());
    await parts.db.transaction(domainId, (tx) => tx.schedule({ kind: KIND, key: KEY, dueAt }));
    return { deleted, isDone: false };
  }
}
