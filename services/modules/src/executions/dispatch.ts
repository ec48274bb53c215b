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

/** Puts one trigger in the queue. A domain with too much in it is refused, which is told. Safe to repeat for the same cause. */
export async function dispatch(
  parts: Parts,
  component: InstalledComponent,
  cause: Cause,
  { cost = 0, alone = false }: Extra = {},
): Promise<void> {
  const order = { ...orderOf(component, cause), ...(cost > 0 && { cost }), ...(alone && { alone }) };
  if (order.assignments.length === 0) return;
  if (await parts.waiting.enter(cause.domainId)) {
    await parts.context.bus.publish(executionSubject(cause.domainId, order.trigger), order, { msgId: messageIdOf(order) });
    return;
  }
  const reason = `Too many executions are waiting, the limit is ${parts.context.limits.domainWaiting}`;
  for (const { executionId } of order.assignments) {
    await refuse(parts, { order, executionId, reason });
  }
}
