import { AsyncLocalStorage } from 'node:async_hooks';
import { ServiceError } from '@takaro/contracts/errors';
import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';

/** Work that takes a connection for a tenant; of one tenant only so much at once. */
export type TenantShare = <T>(domainId: string, work: () => Promise<T>) => Promise<T>;

const TENANTS = 10_000;

/**
 * Keeps one tenant, whose statements wait for something, from taking all connections of a pool.
 * @throws ServiceError UNAVAILABLE when the turn comes after more than `waitMs`
 */
export function createTenantShare({ atOnce, waitMs }: { readonly atOnce: number; readonly waitMs: number }): TenantShare {
  const limits = new LRUCache<string, LimitFunction>({ max: TENANTS });
  const holder = new AsyncLocalStorage<string>();
  const limitOf = (domainId: string): LimitFunction => {
    const limit = limits.get(domainId) ?? pLimit(atOnce);
    limits.set(domainId, limit);
    return limit;
  };
  return async (domainId, work) => {
    // Whoever has a connection and asks for another would wait for itself.
    if (holder.getStore() === domainId) return work();
    const until = performance.now() + waitMs;
    return limitOf(domainId)(() => {
      if (performance.now() > until) throw new ServiceError('UNAVAILABLE');
      return holder.run(domainId, work);
    });
  };
}
