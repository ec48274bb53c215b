import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import type { InstalledComponent } from '../matching/tenant-modules.ts';
import type { Parts } from '../parts.ts';
import { delayOrder } from './delayed-orders.ts';
import { type Cause, orderOf } from './orders.ts';
import { queueOrder, refuseAll } from './queue-order.ts';

interface Extra {
  /** What is held of the player's currency until the first function ended. */
  readonly cost?: number;
  /** Not beside another run of the component in its installation. */
  readonly alone?: boolean;
  /** The cooldown that was taken for it. */
  readonly cooldownKey?: string | undefined;
  /** Not before so much time. @default 0 */
  readonly delayMs?: number;
}

/**
 * Puts one trigger in the queue, at once or when its delay is over. What is at the end of a chain of causes, or of a domain with too much
 * in the queue, is refused, which is told. Safe to repeat for the same cause.
 */
export async function dispatch(parts: Parts, component: InstalledComponent, cause: Cause, extra: Extra = {}): Promise<void> {
  const order = orderWith(component, cause, extra);
  if (order.assignments.length === 0) return;
  const { clock, limits } = parts.context;
  const { delayMs = 0 } = extra;
  if (order.depth >= limits.eventDepth) {
    const reason = `${order.depth} executions caused one another up to here, the limit is ${limits.eventDepth}`;
    await refuseAll(parts, order, reason);
  } else if (delayMs > 0) await delayOrder(parts, order, new Date(clock.now() + delayMs));
  else await queueOrder(parts, order);
}

const orderWith = (component: InstalledComponent, cause: Cause, { cost = 0, alone = false, cooldownKey }: Extra): ExecutionOrder => ({
  ...orderOf(component, cause),
  ...(cost > 0 && { cost }),
  ...(alone && { alone }),
  ...(cooldownKey !== undefined && { cooldownKey }),
});
