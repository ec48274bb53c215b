import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { claimExecution } from '@takaro/contracts/modules/executions';
import type { ClaimBatches } from '../executions/claim.ts';
import type { Parts } from '../parts.ts';

export const handleClaimExecution =
  ({ seal }: Pick<Parts, 'seal'>, claims: ClaimBatches): Handler<typeof claimExecution> =>
  async ({ order, executionId }, { domainId }) => {
    const isOfOrder = order.assignments.some((assigned) => assigned.executionId === executionId);
    if (order.domainId !== domainId || !isOfOrder) throw new ServiceError('INVALID_MESSAGE');
    // Who runs functions may run what was ordered, and in no other domain.
    if (!seal.holds(order)) throw new ServiceError('TOKEN_REFUSED');
    return claims.add(domainId, { order, executionId });
  };
