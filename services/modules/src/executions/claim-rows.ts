import type { Tx } from '@takaro/tenant-db';
import { COLUMN_NAMES, COLUMN_RECORD, type ExecutionColumns } from './execution-columns.ts';
import { SWEEP_KEY, SWEEP_KIND } from './sweep-entry.ts';

export interface ClaimedRow {
  readonly id: string;
  /** Null when somebody else has it. */
  readonly attempt: number | null;
  /** Whether this is its first attempt, which counts against the rate. */
  readonly fresh: boolean;
  /** Where it stood when it was not claimed; null when it was written in this moment. */
  readonly state: string | null;
  /** The window of the domain's rate after this batch. */
  readonly used: number;
  readonly openedAt: Date;
}

export interface Times {
  readonly now: Date;
  readonly leaseUntil: Date;
  readonly sweepAt: Date;
  readonly windowMs: number;
}

/**
 * One statement, so one commit for all: new rows, rows that were put back, the window of the rate, and the entry that makes somebody
 * look after their leases. Of all who ask for an execution, one gets its attempt. Their ids are given once more as a list: of a list
 * PostgreSQL knows how short it is and uses the index; for a hundred records, as it takes any JSON to hold, it reads a table of thousands.
 */
export const claimRows = (
  sql: Tx['sql'],
  domainId: string,
  asked: readonly ExecutionColumns[],
  { now, leaseUntil, sweepAt, windowMs }: Times,
): Promise<ClaimedRow[]> =>
  sql<ClaimedRow>(
    `with "wanted" as (select * from ${COLUMN_RECORD}),
     "fresh" as (
       insert into {schema}."execution" ("state", "attempt", "leaseUntil", "startedAt", "order", ${COLUMN_NAMES})
       select 'running', 1, $2, $3, "order", ${COLUMN_NAMES} from "wanted" order by "id"
       on conflict ("id") do nothing returning "id", "attempt"
     ),
     "again" as (
       update {schema}."execution" e
       set "state" = 'running', "attempt" = e."attempt" + 1, "effects" = false, "leaseUntil" = $2, "startedAt" = $3, "updatedAt" = now()
       from "wanted" w where e."id" = any($7::uuid[]) and e."id" = w."id" and e."state" = 'queued' returning e."id", e."attempt"
     ),
     "window" as (
       update {schema}."executionWindow"
       set "openedAt" = case when "openedAt" <= $4 or "openedAt" > $3 then $3 else "openedAt" end,
           "used" = (case when "openedAt" <= $4 or "openedAt" > $3 then 0 else "used" end) + (select count(*) from "fresh"),
           "updatedAt" = now()
       returning "used", "openedAt"
     ),
     "sweep" as (
       insert into {platform}."due" ("kind", "domainId", "key", "dueAt", "payload") values ('${SWEEP_KIND}', $5, '${SWEEP_KEY}', $6, '{}')
       on conflict do nothing
     )
     select w."id", coalesce(f."attempt", a."attempt") as "attempt", f."id" is not null as "fresh", e."state",
       "window"."used", "window"."openedAt"
     from "wanted" w left join "fresh" f on f."id" = w."id" left join "again" a on a."id" = w."id"
     left join {schema}."execution" e on e."id" = w."id" and e."id" = any($7::uuid[]) cross join "window"`,
    [JSON.stringify(asked), leaseUntil, now, new Date(now.getTime() - windowMs), domainId, sweepAt, asked.map(({ id }) => id)],
  );
