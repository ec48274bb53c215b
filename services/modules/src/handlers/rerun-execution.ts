import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { rerunExecution } from '@takaro/contracts/modules/execution-history';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { Execution, type ExecutionRow } from '../entities/execution.entity.ts';
import { COLUMN_NAMES, COLUMN_RECORD, executionColumns } from '../executions/execution-columns.ts';
import { executionOutput } from '../executions/execution-output.ts';
import { publishOrder } from '../executions/order-seal.ts';
import { executionIdOf } from '../executions/orders.ts';
import { againMessageId, wakeSweep } from '../executions/sweep-entry.ts';
import type { Parts } from '../parts.ts';
import { findOr } from '../versions/own-function.ts';

/** The new execution waits in its table first, so that the sweep queues it where this does not come to it. */
export const handleRerunExecution =
  (parts: Parts): Handler<typeof rerunExecution> =>
  async ({ id }, { domainId }) => {
    const em = await parts.db.em(domainId);
    const before = await findOr(em.findOne(Execution, { id }, { populate: ['order'] }), 'EXECUTION_NOT_FOUND', id);
    const order = orderAgain(before);
    const modules = await parts.modules.current(domainId);
    if (!modules.component(order.installationId, order.componentId)) throw new ServiceError('INSTALLATION_NOT_FOUND');
    const executionId = order.assignments[0]?.executionId ?? '';
    await write(parts, order, { executionId, rerunOf: id });
    await queue(parts, order, executionId);
    return executionOutput(await em.findOneOrFail(Execution, { id: executionId }));
  };

/** The one function with what it was given then, under ids of its own. What it would cost was given back when it failed. */
function orderAgain({ state, order, assignmentId }: ExecutionRow): ExecutionOrder {
  const assigned = order?.assignments.find((one) => one.assignmentId === assignmentId);
  if ((state !== 'failed' && state !== 'interrupted') || !order || !assigned)
    throw new ServiceError('EXECUTION_NOT_RERUNNABLE', { params: { state } });
  const causeId = newId();
  const { cost: _, ...rest } = order;
  const executionId = executionIdOf(causeId, order.installationId, assignmentId);
  return { ...rest, causeId, assignments: [{ ...assigned, executionId }] };
}

interface Rerun {
  readonly executionId: string;
  readonly rerunOf: string;
}

async function write({ db, context }: Parts, order: ExecutionOrder, { executionId, rerunOf }: Rerun): Promise<void> {
  const now = context.clock.now();
  const leaseUntil = new Date(now + context.limits.leaseMs);
  await db.transaction(order.domainId, async (tx) => {
    await tx.sql(
      `insert into {schema}."execution" ("state", "leaseUntil", "rerunOf", "order", ${COLUMN_NAMES})
       select 'queued', $2, $3, "order", ${COLUMN_NAMES} from ${COLUMN_RECORD}`,
      [JSON.stringify([executionColumns(order, executionId)]), leaseUntil, rerunOf],
    );
    await wakeSweep(tx, new Date(now + context.limits.heartbeatLeaseMs));
  });
}

async function queue(parts: Parts, order: ExecutionOrder, executionId: string): Promise<void> {
  try {
    await publishOrder(parts, order, againMessageId(executionId, 0));
  } catch (error) {
    parts.context.log.warn({ domainId: order.domainId, executionId, err: error }, 'left to the sweep');
  }
}
