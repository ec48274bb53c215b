import { AsyncLocalStorage } from 'node:async_hooks';
import { ServiceError } from '@takaro/contracts/errors';
import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';

/** Runs work when it is its turn. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** Work that takes a connection for a tenant, when it is its `turn` among all; of one tenant only so much at once. */
export type TenantShare = <T>(domainId: string, turn: Turn, work: () => Promise<T>) => Promise<T>;

const TENANTS = 10_000;

export interface TenantShareOptions {
  /** Of one tenant. */
  readonly atOnce: number;
  readonly waitMs: number;
}

/**
 * Keeps one tenant, whose statements wait for something, from taking all connections of a pool.
 * @throws ServiceError UNAVAILABLE when the turn does not come within `waitMs`
 */
export function createTenantShare({ atOnce, waitMs }: TenantShareOptions): TenantShare {
  const limits = new LRUCache<string, LimitFunction>({ max: TENANTS });
  const holder = new AsyncLocalStorage<string>();
  const limitOf = (domainId: string): LimitFunction => {
    const limit = limits.get(domainId) ?? pLimit(atOnce);
    limits.set(domainId, limit);
    return limit;
  };
  return async <T>(domainId: string, turn: Turn, work: () => Promise<T>): Promise<T> => {
    const held = holder.getStore();
    // Whoever has a connection and asks for another would wait for itself.
    if (held === domainId) return work();
    const late = Promise.withResolvers<never>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      late.reject(new ServiceError('UNAVAILABLE'));
    }, waitMs);
    const inTime = async (): Promise<T> => {
      clearTimeout(timer);
      // Nobody waits for it any more.
      return isLate ? late.promise : holder.run(domainId, work);
    };
    return Promise.race([limitOf(domainId)(() => (held === undefined ? turn(inTime) : inTime())), late.promise]);
  };
}
