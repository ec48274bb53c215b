import type { Handler } from '@takaro/bus';
import type { heartbeatExecutions } from '@takaro/contracts/modules/executions';
import { executionToken } from '../executions/execution-token.ts';
import { renewLeases } from '../executions/renew-leases.ts';
import type { Parts } from '../parts.ts';

export const handleHeartbeatExecutions =
  (parts: Parts): Handler<typeof heartbeatExecutions> =>
  async ({ running }, { domainId }) => {
    const { db, context } = parts;
    const leaseUntil = new Date(context.clock.now() + context.limits.leaseMs);
    const held = await renewLeases(db, domainId, running, leaseUntil);
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
