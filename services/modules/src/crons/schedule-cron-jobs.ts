import type { DueEntry, Tx } from '@takaro/tenant-db';
import { nextSlot } from './cron-slots.ts';

/** The kind of the entries in the index of what is due. */
export const CRON_KIND = 'cron';

/** What an entry says: which cron job of which installation, and how its time was found. */
export interface CronEntry {
  readonly installationId: string;
  readonly cronJobId: string;
  readonly temporalValue: string;
  readonly timezone: string;
  /** The slot: an entry that failed is due later, but for the same slot. */
  readonly slot?: string;
}

/** `unscheduled`: those of the domain `id` that have no entry; no other moves. */
type Which = { readonly where: 'installation' | 'module' | 'cron' | 'unscheduled'; readonly id: string } | { readonly where: 'domain' };

interface Reading {
  readonly timezone: string;
  readonly now: number;
}

const CONDITIONS = {
  installation: 'i."id" = $1',
  module: 'i."moduleId" = $1',
  cron: 'c."id" = $1',
  unscheduled: `not exists (select from {platform}."due" d
    where d."kind" = '${CRON_KIND}' and d."domainId" = $1 and d."key" = i."id" || ':' || c."id")`,
  domain: 'true',
} as const;

/**
 * Sets when the enabled cron jobs come due next. For what was just installed, enabled, written or read in another time zone: it moves
 * entries that are there. What is no longer wanted needs no removal: when it comes due, nothing is found and it is gone.
 */
export async function scheduleCronJobs(tx: Tx, which: Which, { timezone, now }: Reading): Promise<void> {
  const jobs = await tx.sql<{ installationId: string; cronJobId: string; temporalValue: string }>(
    `select i."id" as "installationId", c."id" as "cronJobId",
       coalesce(i."systemConfig" -> 'cronJobs' -> c."name" ->> 'temporalValue', c."temporalValue") as "temporalValue"
     from {schema}."moduleInstallation" i
     join {schema}."module" m on m."id" = i."moduleId"
     join {schema}."cron" c on c."versionId" = i."versionId"
     where m."enabled" and i."systemConfig" ->> 'enabled' is distinct from 'false'
       and i."systemConfig" -> 'cronJobs' -> c."name" ->> 'enabled' is distinct from 'false'
       and ${CONDITIONS[which.where]}`,
    'id' in which ? [which.id] : [],
  );
  for (const job of jobs) await scheduleCronJob(tx, { ...job, timezone }, now);
}

/** Sets one entry to its next slot after a moment. A pattern without one is left out. */
async function scheduleCronJob(tx: Pick<Tx, 'schedule'>, entry: CronEntry, after: number): Promise<void> {
  const due = cronEntryAfter(entry, after);
  if (due) await tx.schedule(due);
}

/** The entry for the next slot after a moment; null for a pattern without one. */
export function cronEntryAfter(entry: CronEntry, after: number): DueEntry | null {
  const dueAt = nextSlot(entry.temporalValue, entry.timezone, after);
  return (
    dueAt && { kind: CRON_KIND, key: `${entry.installationId}:${entry.cronJobId}`, dueAt, payload: { ...entry, slot: dueAt.toISOString() } }
  );
}

interface DefaultPattern {
  readonly versionId: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Installations that run a cron job at its own times go on doing so when these change; those with times of their own keep them. */
export async function moveDefaultPattern({ sql }: Tx, { versionId, name, from, to }: DefaultPattern): Promise<void> {
  await sql(
    `update {schema}."moduleInstallation"
     set "systemConfig" = jsonb_set("systemConfig", array['cronJobs', $2::text, 'temporalValue'], to_jsonb($4::text))
     where "versionId" = $1 and "systemConfig" -> 'cronJobs' -> $2::text ->> 'temporalValue' = $3`,
    [versionId, name, from, to],
  );
}
