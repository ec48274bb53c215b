import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import type { Parts } from '../parts.ts';
import { publishOrder } from './order-seal.ts';
import { messageIdOf } from './orders.ts';
import { refuse } from './refuse.ts';

/** Puts an order in the queue. One of a domain with too much in it is refused, which is told. */
export async function queueOrder(parts: Parts, order: ExecutionOrder): Promise<void> {
  const { context, waiting } = parts;
  if (!(await waiting.enter(order.domainId))) return refuseAll(parts, order, tooMany(context.limits.domainWaiting));
  await publishOrder(parts, order, messageIdOf(order));
}

export async function refuseAll(parts: Parts, order: ExecutionOrder, reason: string): Promise<void> {
  for (const { executionId } of order.assignments) await refuse(parts, { order, executionId, reason });
}

export const tooMany = (limit: number): string => `Too many executions are waiting, the limit is ${limit}`;
