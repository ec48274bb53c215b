import type { Handler } from '@takaro/bus';
import type { heartbeatExecutions } from '@takaro/contracts/modules/executions';
import type { Parts } from '../parts.ts';

export const handleHeartbeatExecutions =
  ({ db, context }: Parts): Handler<typeof heartbeatExecutions> =>
  async ({ running }, { domainId }) => {
    const leaseUntil = new Date(context.clock.now() + context.limits.leaseMs);
    const held = await db.sql<{ id: string }>(
      domainId,
      `update {schema}."execution" e set "leaseUntil" = $2, "effects" = e."effects" or s."effects"
       from jsonb_to_recordset($1::jsonb) as s ("executionId" uuid, "attempt" integer, "effects" boolean)
       where e."id" = s."executionId" and e."attempt" = s."attempt" and e."state" = 'running' returning e."id"`,
      [JSON.stringify(running), leaseUntil],
    );
    const ours = new Set(held.map(({ id }) => id));
    return { lost: running.map(({ executionId }) => executionId).filter((id) => !ours.has(id)) };
  };
