import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { releaseHold } from '@takaro/contracts/players/internal';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import { openCooldown } from './cooldowns.ts';
import { executedEvent } from './executed-event.ts';
import { COLUMN_NAMES, COLUMN_RECORD, executionColumns } from './execution-columns.ts';
import { schedulePurge } from './purge.ts';

export interface Refusal {
  readonly order: ExecutionOrder;
  readonly executionId: string;
  readonly reason: string;
  /** Milliseconds after which the same may succeed. */
  readonly tryAgainIn?: number;
}

/** Writes that an execution will not be, once, and tells it. Answers whether it had not begun before, or was put back. */
export async function refuse({ db, context }: Pick<Parts, 'db' | 'context'>, refusal: Refusal): Promise<boolean> {
  const { order, executionId, reason, tryAgainIn } = refusal;
  const columns = executionColumns(order, executionId);
  if (!columns) return false;
  const at = new Date(context.clock.now());
  const refused = await db.transaction(order.domainId, async (tx) => {
    const rows = await tx.sql(
      `insert into {schema}."execution" as e ("state", "finishedAt", "reason", ${COLUMN_NAMES})
       select 'refused', $2, $3, ${COLUMN_NAMES} from ${COLUMN_RECORD}
       on conflict ("id") do update set "state" = 'refused', "finishedAt" = $2, "reason" = $3, "leaseUntil" = null, "order" = null,
         "updatedAt" = now() where e."state" = 'queued' returning "id"`,
      [JSON.stringify([{ ...columns, order: null }]), at, reason],
    );
    if (rows.length === 0) return false;
    await openCooldown(tx, order, executionId);
    await schedulePurge(tx, at.getTime());
    const result = { success: false, logs: [], reason, ...(tryAgainIn !== undefined && { tryAgainIn }) };
    await tx.tell(executedEvent({ order, executionId, functionId: columns.functionId, result, at }));
    return true;
  });
  if (refused) await releaseCost({ context }, order, executionId);
  return refused;
}

/** What was held for a command goes back when its first function does not succeed. */
export async function releaseCost(parts: Pick<Parts, 'context'>, order: ExecutionOrder, executionId: string): Promise<void> {
  if (order.cost && order.assignments[0]?.executionId === executionId) await releaseHeld(parts, order.domainId, executionId);
}

/** Gives back what is held for an execution that will not be. A hold that is left behind expires. */
export async function releaseHeld({ context }: Pick<Parts, 'context'>, domainId: string, executionId: string): Promise<void> {
  try {
    await ask(context.bus, domainId, releaseHold, { executionId });
  } catch (error) {
    context.log.warn({ domainId, executionId, err: error }, 'hold not released');
  }
}
