import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import { quoteName, tenantSchema } from './names.ts';

/**
 * A connection is cold for a tenant whose tables it has not touched: PostgreSQL reads the catalogue and plans each statement anew there,
 * some 15 ms of processor time where the statements themselves take 1. So a tenant is lent a connection that knows its tables when one
 * is free, else the one that knows the fewest tenants, and each tenant comes to keep to a few of the connections of a pool.
 */
const holder = new AsyncLocalStorage<string>();

/** Runs work that prefers connections that know this tenant. */
export const preferringWarm = <T>(domainId: string, work: () => T): T => holder.run(quoteName(tenantSchema(domainId)), work);

/** Which schemas of tenants a connection has touched. */
const touched = new WeakMap<PoolClient, ReadonlySet<string>>();

export const watchWarmth = (client: PoolClient, schemas: ReadonlySet<string>): void => void touched.set(client, schemas);

/** Part of `pg-pool` that its types do not tell: it lends the last of these first. */
interface IdleItem {
  readonly client: PoolClient;
}

/** Has the pool lend each tenant the connection that suits it best. */
export function lendWarm(pool: Pool): void {
  const connect = pool.connect.bind(pool);
  const lend = (...args: Parameters<Pool['connect']>): ReturnType<Pool['connect']> => {
    const schema = holder.getStore();
    if (schema !== undefined) putNext(pool, schema);
    return connect(...args);
  };
  Object.defineProperty(pool, 'connect', { value: lend });
}

/** Puts the best of the idle connections where the pool takes it for the next who asks: before those that it lends to who asked already. */
function putNext(pool: Pool, schema: string): void {
  const idle: unknown = Reflect.get(pool, '_idle');
  if (!isIdleList(idle)) return;
  const place = idle.length - 1 - pool.waitingCount;
  const best = bestOf(idle.slice(0, place + 1), schema);
  const [chosen, former] = [idle[best], idle[place]];
  if (!chosen || !former) return;
  idle[best] = former;
  idle[place] = chosen;
}

const isIdleList = (value: unknown): value is IdleItem[] => Array.isArray(value);

/** Of those that know the tenant the last that came back, else of those that know the fewest tenants. */
function bestOf(idle: readonly IdleItem[], schema: string): number {
  const warm = idle.findLastIndex(({ client }) => touched.get(client)?.has(schema));
  if (warm >= 0) return warm;
  const counts = idle.map(({ client }) => touched.get(client)?.size ?? 0);
  return counts.lastIndexOf(Math.min(...counts));
}
