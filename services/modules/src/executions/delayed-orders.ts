import { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { matches } from '@takaro/contracts/validate';
import { startTicker } from '@takaro/process';
import type { Parts } from '../parts.ts';
import { messageIdOf } from './orders.ts';
import { queueOrder, refuseAll, tooMany } from './queue-order.ts';

const KIND = 'order';
const EVERY_MS = 250;
const AT_ONCE = 50;

/** Keeps an order in the index of what is due, where it outlives every process, until it is its time. Safe to repeat. */
export async function delayOrder(parts: Parts, order: ExecutionOrder, dueAt: Date): Promise<void> {
  const cap = parts.context.limits.domainWaiting;
  const key = messageIdOf(order);
  const fits = await parts.db.transaction(order.domainId, async (tx) => {
    const others = await tx.sql(`select 1 from {platform}."due" where "kind" = $1 and "domainId" = $2 and "key" <> $3 limit $4`, [
      KIND,
      order.domainId,
      key,
      cap,
    ]);
    if (others.length >= cap) return false;
    await tx.schedule({ kind: KIND, key, dueAt, payload: order });
    return true;
  });
  if (!fits) await refuseAll(parts, order, tooMany(cap));
}

/** Queues what was delayed when it is its time. */
export const startDelayedOrders = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'delayed orders',
    everyMs: EVERY_MS,
    log: parts.context.log,
    tick: async (signal) => {
      let taken = AT_ONCE;
      while (taken === AT_ONCE && !signal.aborted) {
        const now = new Date(parts.context.clock.now());
        taken = await parts.db.takeDueTogether({ kind: KIND, now, limit: AT_ONCE }, async ({ payload }) => {
          if (matches<ExecutionOrder>(ExecutionOrder, payload)) await queueOrder(parts, payload);
          return null;
        });
      }
    },
  });
