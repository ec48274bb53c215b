import type { Handler } from '@takaro/bus';
import type { heartbeatExecutions } from '@takaro/contracts/modules/executions';
import { executionToken } from '../executions/execution-token.ts';
import type { Parts } from '../parts.ts';

interface HeldRow {
  readonly id: string;
  readonly attempt: number;
  readonly moduleId: string;
  readonly depth: number;
}

/** In the order of the ids, as whoever writes several executions locks them: else two of them wait for each other. */
const RENEW = `
  with "held" as (
    select e."id", s."effects" from {schema}."execution" e
    join jsonb_to_recordset($1::jsonb) as s ("executionId" uuid, "attempt" integer, "effects" boolean) on s."executionId" = e."id"
    where e."id" = any($3::uuid[]) and e."attempt" = s."attempt" and e."state" = 'running' order by e."id" for update of e
  )
  update {schema}."execution" e set "leaseUntil" = $2, "effects" = e."effects" or h."effects" from "held" h
  where e."id" = any($3::uuid[]) and e."id" = h."id"
  returning e."id", e."attempt", e."moduleId", (e."order" ->> 'depth')::integer as "depth"`;

export const handleHeartbeatExecutions =
  (parts: Parts): Handler<typeof heartbeatExecutions> =>
  async ({ running }, { domainId }) => {
    const { db, context } = parts;
    const leaseUntil = new Date(context.clock.now() + context.limits.leaseMs);
    const held = await db.sql<HeldRow>(domainId, RENEW, [
      JSON.stringify(running),
      leaseUntil,
      running.map(({ executionId }) => executionId),
    ]);
    const ours = new Set(held.map(({ id }) => id));
    const renewed = held.map(async ({ id: executionId, attempt, moduleId, depth }) => ({
      executionId,
      token: await executionToken(parts, { executionId, attempt, domainId, moduleId, depth }),
    }));
    return {
      lost: running.map(({ executionId }) => executionId).filter((id) => !ours.has(id)),
      renewed: await Promise.all(renewed),
    };
  };
