import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { claimExecution } from '@takaro/contracts/modules/executions';
import type { ClaimBatches } from '../executions/claim.ts';

export const handleClaimExecution =
  (claims: ClaimBatches): Handler<typeof claimExecution> =>
  async ({ order, executionId }, { domainId }) => {
    const isOfOrder = order.assignments.some((assigned) => assigned.executionId === executionId);
    if (order.domainId !== domainId || !isOfOrder) throw new ServiceError('INVALID_MESSAGE');
    return claims.add(domainId, { order, executionId });
  };
