import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { executionSubject } from '@takaro/contracts/subjects';
import type { TenantDb } from '@takaro/tenant-db';
import type { Parts } from '../parts.ts';

const KEY_BYTES = 32;

/** Tells an order that this service queued from one that somebody made up: the runner brings it back to claim its runs. */
export interface OrderSeal {
  readonly seal: (order: ExecutionOrder) => ExecutionOrder;
  readonly holds: (order: ExecutionOrder) => boolean;
}

/** With the key of the installation, made at the first start. */
export async function openOrderSeal(db: Pick<TenantDb, 'platformSql'>): Promise<OrderSeal> {
  await db.platformSql('insert into {platform}."orderKey" ("key") values ($1) on conflict do nothing', [randomBytes(KEY_BYTES)]);
  const [row] = await db.platformSql<{ key: Buffer }>('select "key" from {platform}."orderKey"');
  if (!row) throw new Error('The key of orders is missing');
  return sealWith(row.key);
}

export function sealWith(key: Buffer): OrderSeal {
  const sealOf = (bare: object): Buffer => createHmac('sha256', key).update(JSON.stringify(bare)).digest();
  return {
    seal: (order) => {
      const { seal: _, ...bare } = order;
      return { ...bare, seal: sealOf(bare).toString('base64url') };
    },
    holds: (order) => {
      const { seal = '', ...bare } = order;
      const [given, right] = [Buffer.from(seal, 'base64url'), sealOf(bare)];
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}

/** Puts an order into the queue. The stream stores it once under its id. */
export const publishOrder = ({ context, seal }: Pick<Parts, 'context' | 'seal'>, order: ExecutionOrder, msgId: string): Promise<unknown> =>
  context.bus.publish(executionSubject(order.domainId, order.trigger), seal.seal(order), { msgId });
