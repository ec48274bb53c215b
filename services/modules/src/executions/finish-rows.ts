import type { ExecutionState } from '@takaro/contracts/modules/execution-history';
import type { ExecutionOrder, RunResult } from '@takaro/contracts/modules/executions';
import type { Tx } from '@takaro/tenant-db';

export interface Finish {
  readonly executionId: string;
  readonly attempt: number;
  readonly result: RunResult;
}

export interface FinishedRow {
  readonly id: string;
  readonly functionId: string;
  readonly order: ExecutionOrder;
}

/** Ends what is still run by the attempt that says so; answers what it ended. */
export const finishRows = (tx: Tx, finishes: readonly Finish[], at: Date): Promise<FinishedRow[]> =>
  tx.sql<FinishedRow>(
    `with "said" as (
       select * from jsonb_to_recordset($1::jsonb) as r ("id" uuid, "attempt" integer, "state" text, "reason" text, "logs" jsonb,
         "truncated" boolean, "calls" integer, "durationMs" double precision, "cpuMs" double precision)
     ), "held" as (
       select e."id", e."functionId", e."order" from {schema}."execution" e join "said" s on s."id" = e."id"
       where e."attempt" = s."attempt" and e."state" = 'running' order by e."id" for update of e
     ), "ended" as (
       update {schema}."execution" e
       set "state" = s."state", "reason" = s."reason", "logs" = s."logs", "truncated" = s."truncated", "calls" = s."calls",
         "durationMs" = s."durationMs", "cpuMs" = s."cpuMs", "finishedAt" = $2, "leaseUntil" = null, "updatedAt" = now(),
         "order" = case when s."state" <> 'succeeded' then e."order" end
       from "said" s, "held" h where e."id" = h."id" and s."id" = e."id" returning e."id"
     )
     select h.* from "held" h join "ended" d on d."id" = h."id"`,
    [JSON.stringify(finishes.map(recordOf)), at],
  );

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
