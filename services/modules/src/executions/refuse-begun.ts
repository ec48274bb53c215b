import type { Parts } from '../parts.ts';
import { openCooldown } from './cooldowns.ts';
import { executedEvent } from './executed-event.ts';
import { type Refusal, releaseCost } from './refuse.ts';

/** Refuses an execution whose row was just written by a claim that went over the domain's rate. */
export async function refuseBegun({ db, context }: Pick<Parts, 'db' | 'context'>, refusal: Refusal): Promise<void> {
  const { order, executionId, reason, tryAgainIn } = refusal;
  const at = new Date(context.clock.now());
  const functionId = order.assignments.find((one) => one.executionId === executionId)?.functionId ?? '';
  await db.transaction(order.domainId, async (tx) => {
    await tx.sql(
      `update {schema}."execution" set "state" = 'refused', "reason" = $2, "finishedAt" = $3, "leaseUntil" = null, "order" = null,
         "startedAt" = null, "updatedAt" = now() where "id" = $1`,
      [executionId, reason, at],
    );
    await openCooldown(tx, order, executionId);
    const result = { success: false, logs: [], reason, ...(tryAgainIn !== undefined && { tryAgainIn }) };
    await tx.tell(executedEvent({ order, executionId, functionId, result, at }));
  });
  await releaseCost({ context }, order, executionId);
}
