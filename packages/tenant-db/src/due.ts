import { ServiceError } from '@takaro/contracts/errors';

/** Something to be done in a domain at a time. A second entry with the same kind and key replaces the first. */
export interface DueEntry {
  readonly kind: string;
  readonly key: string;
  readonly dueAt: Date;
  /** JSON. @default {} */
  readonly payload?: unknown;
}

export interface DueItem {
  readonly kind: string;
  readonly domainId: string;
  readonly key: string;
  readonly dueAt: Date;
  readonly payload: unknown;
  /** How often it was begun and failed. */
  readonly attempts: number;
}

type Sql = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

export async function scheduleDue(sql: Sql, domainId: string, { kind, key, dueAt, payload = {} }: DueEntry): Promise<void> {
  await sql(
    `insert into {platform}."due" ("kind", "domainId", "key", "dueAt", "payload") values ($1, $2, $3, $4, $5)
     on conflict ("kind", "domainId", "key")
     do update set "dueAt" = excluded."dueAt", "payload" = excluded."payload", "attempts" = 0, "updatedAt" = now()`,
    [kind, domainId, key, dueAt, JSON.stringify(payload)],
  );
}

export async function unscheduleDue(sql: Sql, domainId: string, kind: string, key: string): Promise<void> {
  await sql(`delete from {platform}."due" where "kind" = $1 and "domainId" = $2 and "key" = $3`, [kind, domainId, key]);
}

/**
 * Takes the first item that is due and that no other scheduler holds. It is gone with the commit of the transaction, so that what
 * is done with it may set the same key anew; it is there again when the transaction is rolled back.
 */
export async function claimDue(sql: Sql, kind: string, now: Date): Promise<DueItem | undefined> {
  const [item] = await sql<DueItem>(
    `delete from {platform}."due" where ("kind", "domainId", "key") = (
       select "kind", "domainId", "key" from {platform}."due"
       where "kind" = $1 and "dueAt" <= $2 order by "dueAt" limit 1 for update skip locked
     ) returning "kind", "domainId", "key", "dueAt", "payload", "attempts"`,
    [kind, now],
  );
  return item;
}

const BACKOFF_MAX_MS = 300_000;

/** While a part of the system is away no item is at fault: none waits longer than this after that is over. */
const OUTAGE_MS = 5_000;

/** A failed item waits twice as long each time, so that it does not stand before the others. */
export const dueAfterFailure = ({ attempts }: Pick<DueItem, 'attempts'>, now: Date, error: unknown): Date => {
  const maxMs = error instanceof ServiceError && error.code === 'UNAVAILABLE' ? OUTAGE_MS : BACKOFF_MAX_MS;
  return new Date(now.getTime() + Math.min(1_000 * 2 ** Math.min(attempts, 20), maxMs));
};

export async function postponeDue(sql: Sql, item: DueItem, now: Date, error: unknown): Promise<void> {
  await sql(
    `update {platform}."due" set "attempts" = "attempts" + 1, "dueAt" = $4, "updatedAt" = now()
     where "kind" = $1 and "domainId" = $2 and "key" = $3`,
    [item.kind, item.domainId, item.key, dueAfterFailure(item, now, error)],
  );
}

/** When the next item of the kind is due; null when there is none. */
export async function nextDueAt(sql: Sql, kind: string): Promise<Date | null> {
  const [row] = await sql<{ dueAt: Date | null }>(`select min("dueAt") as "dueAt" from {platform}."due" where "kind" = $1`, [kind]);
  return row?.dueAt ?? null;
}

/** The same for up to so many items. */
export const claimDueTogether = (sql: Sql, kind: string, now: Date, limit: number): Promise<DueItem[]> =>
  sql<DueItem>(
    `with "taken" as materialized (
       select "kind", "domainId", "key" from {platform}."due"
       where "kind" = $1 and "dueAt" <= $2 order by "dueAt" limit $3 for update skip locked
     )
     delete from {platform}."due" d using "taken" t
     where d."kind" = t."kind" and d."domainId" = t."domainId" and d."key" = t."key"
     returning d."kind", d."domainId", d."key", d."dueAt", d."payload", d."attempts"`,
    [kind, now, limit],
  );

/** Puts entries of several domains back in one statement; what somebody scheduled meanwhile is replaced. */
export async function putDueTogether(sql: Sql, entries: readonly (DueEntry & { domainId: string; attempts: number })[]): Promise<void> {
  if (entries.length === 0) return;
  await sql(
    `insert into {platform}."due" ("kind", "domainId", "key", "dueAt", "payload", "attempts")
     select "kind", "domainId", "key", "dueAt", coalesce("payload", '{}'), "attempts" from jsonb_to_recordset($1::jsonb)
       as r ("kind" text, "domainId" text, "key" text, "dueAt" timestamptz, "payload" jsonb, "attempts" integer)
     on conflict ("kind", "domainId", "key")
     do update set "dueAt" = excluded."dueAt", "payload" = excluded."payload", "attempts" = excluded."attempts", "updatedAt" = now()`,
    [JSON.stringify(entries)],
  );
}
