import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import type { ExecutionState } from '@takaro/contracts/modules/execution-history';
import type { ExecutionOrder, RunResult } from '@takaro/contracts/modules/executions';
import { PUBLISH_AT, type TenantDb, type Told, type Tx } from '@takaro/tenant-db';

export interface Finish {
  readonly executionId: string;
  readonly attempt: number;
  readonly result: RunResult;
}

export interface FinishedRow {
  readonly id: string;
  readonly attempt: number;
  readonly functionId: string;
  readonly order: ExecutionOrder;
}

/** Ends what is still run by the attempt that says so. `$1` are records of finishes, `$2` the moment, `$3` the ids. */
const END = `
  "said" as (
    select * from jsonb_to_recordset($1::jsonb) as r ("id" uuid, "attempt" integer, "state" text, "reason" text, "logs" jsonb,
      "truncated" boolean, "calls" integer, "durationMs" double precision, "cpuMs" double precision)
  ), "held" as (
    select e."id", e."attempt", e."functionId", e."order" from {schema}."execution" e join "said" s on s."id" = e."id"
    where e."id" = any($3::uuid[]) and e."attempt" = s."attempt" and e."state" = 'running' order by e."id" for update of e
  ), "ended" as (
    update {schema}."execution" e
    set "state" = s."state", "reason" = s."reason", "logs" = s."logs", "truncated" = s."truncated", "calls" = s."calls",
      "durationMs" = s."durationMs", "cpuMs" = s."cpuMs", "finishedAt" = $2, "leaseUntil" = null, "updatedAt" = now(),
      "order" = case when s."state" <> 'succeeded' then e."order" end
    from "said" s, "held" h
    where e."id" = any($3::uuid[]) and e."id" = h."id" and s."id" = e."id" and s."attempt" = e."attempt" returning e."id"
  )`;

/** Answers what it ended. */
export const finishRows = (tx: Pick<Tx, 'sql'>, finishes: readonly Finish[], at: Date): Promise<FinishedRow[]> =>
  tx.sql<FinishedRow>(`with ${END} select h.* from "held" h join "ended" d on d."id" = h."id"`, [
    JSON.stringify(finishes.map(recordOf)),
    at,
    idsOf(finishes),
  ]);

/** A finish whose event needs nothing from the row. */
export interface FinishWithEvent extends Finish {
  readonly event: EventEnvelope;
}

/** The same with the events of those that it ended, in one statement. Answers which they are, and their events in the outbox. */
export async function finishAndTell(
  db: Pick<TenantDb, 'sql'>,
  domainId: string,
  finishes: readonly FinishWithEvent[],
  at: Date,
): Promise<{ ended: Set<string>; told: Told[] }> {
  const rows = await db.sql<{ id: string; position: string }>(
    domainId,
    `with ${END}, "told" as (
       insert into {platform}."outbox" ("domainId", "event", "publishAt")
       select $4, t."event", ${PUBLISH_AT} from "ended" d join unnest($3::uuid[], $5::json[]) as t ("id", "event") on t."id" = d."id"
       returning "position", "event" #>> '{meta,execution,id}' as "executionId"
     )
     select "executionId" as "id", "position" from "told"`,
    [JSON.stringify(finishes.map(recordOf)), at, idsOf(finishes), domainId, finishes.map(({ event }) => JSON.stringify(event))],
  );
  const told = rows.flatMap(({ id, position }) => {
    const event = finishes.find(({ executionId }) => executionId === id)?.event;
    return event ? [{ position, event }] : [];
  });
  return { ended: new Set(rows.map(({ id }) => id)), told };
}

const idsOf = (finishes: readonly Finish[]): string[] => finishes.map(({ executionId }) => executionId);

const recordOf = ({ executionId, attempt, result }: Finish) => ({
  id: executionId,
  attempt,
  state: stateOf(result),
  reason: result.reason ?? null,
  logs: result.logs,
  truncated: result.truncated,
  calls: result.calls,
  durationMs: result.durationMs,
  cpuMs: result.cpuMs,
});

const stateOf = ({ success, interrupted }: RunResult): ExecutionState => {
  if (success) return 'succeeded';
  return interrupted ? 'interrupted' : 'failed';
};
