import { types, TypeOverrides, type Pool, type PoolClient } from 'pg';
import { lendWarm } from './warm-connections.ts';

export interface PoolLimits {
  /** Connections at once for work in tenants. Each has to learn the tables of each tenant: more of them cost more than they win. @default 6 */
  readonly connections: number;
  /** Of these, what one tenant may have at once: the rest is there for the others when its tables are held. @default 4 */
  readonly ofOneTenant: number;
  /** Beside these, for schedulers and the outbox, which hold one while they have others work: at least as many as a service has of both. @default 6 */
  readonly held: number;
  /** A statement that takes longer is ended. @default 10000 */
  readonly statementTimeoutMs: number;
  /**
   * A connection that has touched this many tenants is renewed: a backend remembers every table it has seen,
   * about 1.3 MB per tenant with all tables. @default 100
   */
  readonly tenantsPerConnection: number;
  /** A connection is renewed after this time. @default 600 */
  readonly lifetimeS: number;
}

export const POOL_LIMITS: PoolLimits = {
  connections: 6,
  ofOneTenant: 4,
  held: 6,
  statementTimeoutMs: 10_000,
  tenantsPerConnection: 100,
  lifetimeS: 600,
};

const DATE = 1082;

/** What MikroORM hands to the pool of `pg` that it opens. */
export const poolOptions = (limits: PoolLimits, name: string, password?: () => string) => {
  const parsers = new TypeOverrides(types);
  parsers.setTypeParser(DATE, (text: string) => text);
  return {
    max: limits.connections + limits.held,
    maxLifetimeSeconds: limits.lifetimeS,
    statement_timeout: limits.statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    application_name: name,
    // What is compared with a date and names no zone means UTC, wherever the database runs.
    options: '-c TimeZone=UTC',
    ...(password && { password }),
    types: parsers,
    onPoolCreated: (pool: Pool) => {
      const lending = lendWarm(pool);
      pool.on('connect', (client: PoolClient) => {
        const tenants = new Set<string>();
        lending.watch(client, tenants);
        watchClient(client, tenants, limits.tenantsPerConnection);
      });
    },
  };
};

const TENANT_SCHEMA = /"domain_[a-z0-9-]+"/;

const textOf = (query: unknown): string => {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '';
};

/**
 * Counts the tenants that a connection touches, and hands it back to the pool as used up when they are too many. It also gives
 * back a connection that ended while it was out: a transaction whose `begin` or `rollback` fails would keep its place for ever.
 */
function watchClient(client: PoolClient, tenants: Set<string>, tenantsPerConnection: number): void {
  const query: (...args: unknown[]) => unknown = client.query.bind(client);
  let giveBack: ((error?: Error | boolean) => void) | null = null;
  const release = (error?: Error | boolean): void => {
    const giving = giveBack;
    giveBack = null;
    giving?.(error ?? (tenants.size >= tenantsPerConnection ? true : undefined));
  };
  Object.defineProperty(client, 'query', {
    value: (...args: unknown[]) => {
      const tenant = TENANT_SCHEMA.exec(textOf(args[0]))?.[0];
      if (tenant !== undefined) tenants.add(tenant);
      return query(...args);
    },
  });
  // The pool sets `release` anew each time it lends the connection.
  Object.defineProperty(client, 'release', {
    get: () => release,
    set: (ofPool: (error?: Error | boolean) => void) => {
      giveBack = ofPool;
    },
  });
  client.once('end', () => release(true));
}
