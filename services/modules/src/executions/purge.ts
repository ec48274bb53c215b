import { startTicker } from '@takaro/process';
import type { Tx } from '@takaro/tenant-db';
import type { Parts } from '../parts.ts';

const KIND = 'purge';
const KEY = 'executions';
const EVERY_MS = 3_600_000;
const LOOK_MS = 1_000;
/** Rows that go in one transaction. */
const AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

/** Makes sure that what ended is purged in time. One entry for a domain, as long as it has executions. */
export async function schedulePurge({ sql, domainId }: Pick<Tx, 'sql' | 'domainId'>, now: number): Promise<void> {
  await sql(
    `insert into {platform}."due" ("kind", "domainId", "key", "dueAt", "payload") values ('${KIND}', $1, '${KEY}', $2, '{}')
     on conflict do nothing`,
    [domainId, new Date(now + EVERY_MS)],
  );
}

/**
 * Deletes executions that ended, with their orders and lines, when they are older than the domain keeps its events, and cooldowns that are
 * over. What did not end stays.
 */
async function purge({ neighbours, context }: Parts, tx: Tx): Promise<void> {
  const now = context.clock.now();
  const { eventRetentionDays } = await neighbours.limitsOf(tx.domainId);
  const deleted = await tx.sql(
    `delete from {schema}."execution" where "id" in (
       select "id" from {schema}."execution"
       where "createdAt" < $1 and "leaseUntil" is null and "state" not in ('queued', 'running') order by "createdAt" limit ${AT_ONCE}
     ) returning 1`,
    [new Date(now - eventRetentionDays * DAY_MS)],
  );
  await tx.sql('delete from {schema}."cooldown" where "until" < $1', [new Date(now)]);
  const [more] = await tx.sql('select 1 from {schema}."execution" limit 1');
  if (!more) return;
  await tx.schedule({ kind: KIND, key: KEY, dueAt: new Date(deleted.length === AT_ONCE ? now : now + EVERY_MS) });
}

export const startPurge = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'purge',
    everyMs: LOOK_MS,
    log: parts.context.log,
    tick: async () => {
      await parts.db.takeDue({ kind: KIND, now: new Date(parts.context.clock.now()), limit: 100 }, (_, tx) => purge(parts, tx));
    },
  });
