import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { executionSubject } from '@takaro/contracts/subjects';
import type { InstalledComponent } from '../matching/tenant-modules.ts';
import type { Parts } from '../parts.ts';
import { type Cause, messageIdOf, orderOf } from './orders.ts';
import { refuse } from './refuse.ts';

interface Extra {
  /** What is held of the player's currency until the first function ended. */
  readonly cost?: number;
  /** Not beside another run of the component in its installation. */
  readonly alone?: boolean;
}

/**
 * Puts one trigger in the queue. What is at the end of a chain of causes, or of a domain with too much in the queue, is refused, which is
 * told. Safe to repeat for the same cause.
 */
export async function dispatch(parts: Parts, component: InstalledComponent, cause: Cause, extra: Extra = {}): Promise<void> {
  const order = orderWith(component, cause, extra);
  if (order.assignments.length === 0) return;
  const problem = await refusalOf(parts, order);
  if (problem !== null) await refuseAll(parts, order, problem);
  else await parts.context.bus.publish(executionSubject(order.domainId, order.trigger), order, { msgId: messageIdOf(order) });
}

const orderWith = (component: InstalledComponent, cause: Cause, { cost = 0, alone = false }: Extra): ExecutionOrder => ({
  ...orderOf(component, cause),
  ...(cost > 0 && { cost }),
  ...(alone && { alone }),
});

async function refusalOf({ waiting, context: { limits } }: Parts, { domainId, depth }: ExecutionOrder): Promise<string | null> {
  if (depth >= limits.eventDepth) return `${depth} executions caused one another up to here, the limit is ${limits.eventDepth}`;
  if (await waiting.enter(domainId)) return null;
  return `Too many executions are waiting, the limit is ${limits.domainWaiting}`;
}

async function refuseAll(parts: Parts, order: ExecutionOrder, reason: string): Promise<void> {
  for (const { executionId } of order.assignments) await refuse(parts, { order, executionId, reason });
}
