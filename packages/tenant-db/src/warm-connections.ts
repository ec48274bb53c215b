import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import type { Pool, PoolClient } from 'pg';
import { quoteName, tenantSchema } from './names.ts';

/**
 * A connection is cold for a tenant whose tables it has not touched: PostgreSQL reads the catalogue and plans each statement anew there,
 * some 15 ms of processor time where the statements themselves take 1. So a tenant is lent a connection that knows its tables when one
 * is free or comes back soon, else the one that knows the fewest tenants, and each tenant comes to keep to a few of the connections of a
 * pool, also when all of them are busy.
 */
const holder = new AsyncLocalStorage<string>();

/** Shorter than it takes to make a connection know a tenant; statements are over much sooner. */
const PATIENCE_MS = 25;

/** Runs work that prefers connections that know this tenant. */
export const preferringWarm = <T>(domainId: string, work: () => T): T => holder.run(quoteName(tenantSchema(domainId)), work);

/** Which schemas of tenants a connection has touched. */
const touched = new WeakMap<PoolClient, ReadonlySet<string>>();

const knows = (client: PoolClient, schema: string): boolean => touched.get(client)?.has(schema) === true;

/** Part of `pg-pool` that its types do not tell: all its connections, and those that are idle, of which it lends the last first. */
interface Inside {
  readonly _clients: readonly PoolClient[];
  readonly _idle: { readonly client: PoolClient }[];
}

/** Has the pool lend each tenant the connection that suits it best. `schemas` of a connection are those it has touched, as they grow. */
export function lendWarm(pool: Pool): { watch(client: PoolClient, schemas: ReadonlySet<string>): void } {
  const connect = pool.connect.bind(pool);
  const inside = isOpenTo(pool) ? pool : null;
  // As many as wait at once.
  pool.setMaxListeners(0);
  const lend = (...args: Parameters<Pool['connect']>): unknown => {
    const schema = holder.getStore();
    if (schema === undefined || !inside) return connect(...args);
    if (isWorthWaiting(pool, inside, schema)) return lendInTime(schema, args);
    putNext(pool, inside, schema);
    return connect(...args);
  };
  /** Waits for one that knows the tenant to come back, not for long. Whoever wakes up first takes it before another one looks. */
  const lendInTime = async (schema: string, args: Parameters<Pool['connect']>): Promise<unknown> => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (inside && !signal.aborted && !pool.ending && isWorthWaiting(pool, inside, schema))
      await once(pool, 'release', { signal }).catch(() => undefined);
    if (inside) putNext(pool, inside, schema);
    return connect(...args);
  };
  Object.defineProperty(pool, 'connect', { value: lend });
  return { watch: (client, schemas) => void touched.set(client, schemas) };
}

const isOpenTo = (pool: object): pool is Inside => ['_clients', '_idle'].every((name) => Array.isArray(Reflect.get(pool, name)));

/** Those that are not given to who asked already: these are the last. */
const freeOf = ({ waitingCount }: Pool, { _idle: idle }: Inside): Inside['_idle'] => idle.slice(0, Math.max(0, idle.length - waitingCount));

const isWorthWaiting = (pool: Pool, inside: Inside, schema: string): boolean =>
  inside._clients.some((client) => knows(client, schema)) && !freeOf(pool, inside).some(({ client }) => knows(client, schema));

/** Puts the best of the free connections where the pool takes it for the next who asks. */
function putNext(pool: Pool, inside: Inside, schema: string): void {
  const free = freeOf(pool, inside);
  const best = bestOf(free, schema);
  const [chosen, former] = [free[best], free.at(-1)];
  if (!chosen || !former) return;
  const { _idle: idle } = inside;
  idle[best] = former;
  idle[free.length - 1] = chosen;
}

/** Of those that know the tenant the last that came back, else of those that know the fewest tenants. */
function bestOf(free: Inside['_idle'], schema: string): number {
  const warm = free.findLastIndex(({ client }) => knows(client, schema));
  if (warm >= 0) return warm;
  const counts = free.map(({ client }) => touched.get(client)?.size ?? 0);
  return counts.lastIndexOf(Math.min(...counts));
}
