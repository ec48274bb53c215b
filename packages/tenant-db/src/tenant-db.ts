import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type Answer, type Bus, publishEvent } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { ServiceName } from '@takaro/contracts/services';
import type { Logger } from 'pino';
import { type Cell, type Entities, openCell } from './cell.ts';
import { isGone, rethrowTranslated, translateDatabaseError } from './database-errors.ts';
import { readMigrations } from './migration-files.ts';
import { MAIN_CELL, PLATFORM_DOMAIN, platformSchema, tenantSchema, withSchemas } from './names.ts';
import { type Relay, startRelay, type Told } from './outbox.ts';
import { preparePlatform } from './platform-schema.ts';
import { POOL_LIMITS, type PoolLimits } from './pool.ts';
import { provisioningAnswers } from './provisioning.ts';
import {
  type DueReaction,
  type DueTaken,
  type DueTogetherReaction,
  takeDueIn,
  type TakeDueOptions,
  takeDueTogetherIn,
} from './take-due.ts';
import { countPending, type MigrateAllOptions, type MigrateAllResult, migrateCell, type TenantMigrations } from './tenant-migrations.ts';
import { createRegistry, type TenantRegistry } from './tenant-registry.ts';
import { createTenantShare, type TenantShare } from './tenant-share.ts';
import { runTransaction, type TransactionScope, type Tx } from './transaction.ts';
import { preferringWarm } from './warm-connections.ts';

/** A transaction in the platform schema of the service; `em` sees the platform's entities. */
export type PlatformTx = Tx;

export interface TenantDb extends AsyncDisposable {
  /** A fresh unit of work that sees one tenant. @throws ServiceError DOMAIN_UNKNOWN */
  em(domainId: string): Promise<SqlEntityManager>;
  /**
   * Plain SQL in one tenant, for hot paths: `{schema}` and `{platform}` become the quoted schemas, values are `$1`….
   * timestamptz comes as Date, bigint (and `count(*)`) as text. @throws ServiceError DOMAIN_UNKNOWN
   */
  sql<Row>(domainId: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** @throws ServiceError DOMAIN_UNKNOWN, and what `work` throws: then nothing of it is there */
  transaction<T>(domainId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Publishes what a statement of `sql` put into `{platform}."outbox"` (with `"publishAt"` PUBLISH_AT), now that it is committed. For hot
   * paths; elsewhere `tx.tell` does it.
   */
  publishTold(domainId: string, told: readonly Told[]): Promise<void>;
  platformSql<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  platformTransaction<T>(work: (tx: PlatformTx) => Promise<T>, cell?: string): Promise<T>;
  /** Hands out what is due of one kind. See `tx.schedule`. */
  takeDue(options: TakeDueOptions, react: DueReaction): Promise<DueTaken>;
  /** The same for much that comes due at once, beside one another. Answers the most that one cell had, up to `limit`. */
  takeDueTogether(options: TakeDueOptions, react: DueTogetherReaction): Promise<number>;
  /** provision-domain, link-domain and remove-domain, for `serve`. */
  provisioningAnswers(): readonly Answer[];
  /** The domains that this service has tables for. */
  domains(): Promise<readonly string[]>;
  /** Brings every tenant to the newest version. */
  migrateAll(options?: MigrateAllOptions): Promise<MigrateAllResult>;
  /** How many tenants are not at the newest version: while it is not 0 the service is not ready. */
  pendingMigrations(): Promise<number>;
}

export interface TenantDbOptions {
  readonly service: ServiceName;
  /** The database of the cell `main`, with the role of the service. */
  readonly databaseUrl: string;
  /** The role's password, asked for at each new connection, in place of the one in the URL: it may change meanwhile. */
  readonly databasePassword?: () => string;
  /** Further databases by the name that the registry of domains gives them. */
  readonly cells?: Readonly<Record<string, string>>;
  readonly entities: Entities;
  /** The folder of the service, with `migrations/`, `links/` and `platform/`. */
  readonly folder: string;
  readonly log: Logger;
  /** Starts the relay of the outbox. */
  readonly bus?: Bus;
  readonly pool?: Partial<PoolLimits>;
}

/** Connects, prepares the platform schema and reads the migrations; the tenants themselves are brought forward by `migrateAll`. */
export async function openTenantDb(options: TenantDbOptions): Promise<TenantDb> {
  const platform = platformSchema(options.service);
  const migrations: TenantMigrations = {
    platform,
    tables: await readMigrations(options.folder, 'tables'),
    links: await readMigrations(options.folder, 'links'),
  };
  await using opening = new AsyncDisposableStack();
  const cells: Cell[] = [];
  const relays: Relay[] = [];
  for (const [name, url] of Object.entries({ ...options.cells, [MAIN_CELL]: options.databaseUrl }).toReversed()) {
    const limits = { ...POOL_LIMITS, ...options.pool };
    const cell = opening.use(
      await openCell({
        name,
        url,
        password: options.databasePassword,
        applicationName: `takaro-${options.service}`,
        entities: options.entities,
        limits,
        log: options.log,
      }),
    );
    await preparePlatform(cell.pool, platform, options.folder);
    cells.push(cell);
    const { bus, log } = options;
    if (bus)
      relays.push(
        opening.use(startRelay({ pool: cell.pool, turn: cell.holdersTurn, platform, publish: (event) => publishEvent(bus, event), log })),
      );
  }
  return tenantDbOf({ options, platform, migrations, cells, relays, registry: createRegistry(cells, platform), open: opening.move() });
}

interface Parts {
  readonly options: TenantDbOptions;
  readonly platform: string;
  readonly migrations: TenantMigrations;
  readonly cells: readonly Cell[];
  readonly relays: readonly Relay[];
  readonly registry: TenantRegistry;
  readonly open: AsyncDisposableStack;
}

function tenantDbOf(parts: Parts): TenantDb {
  const { options, platform, migrations, cells, registry } = parts;
  const scopeIn = (cell: Cell, domainId = PLATFORM_DOMAIN): TransactionScope => {
    const relay = parts.relays[cells.indexOf(cell)];
    return { cell, platform, domainId, ...(relay && { onTold: (told) => relay.publish(told) }) };
  };
  const { ofOneTenant } = { ...POOL_LIMITS, ...options.pool };
  const inTenant = tenantGuard(registry, createTenantShare({ atOnce: ofOneTenant, waitMs: TURN_MS }));
  return {
    em: async (domainId) => (await registry.cellOf(domainId)).fork(tenantSchema(domainId)),
    sql: (domainId, text, values = []) =>
      inTenant(domainId, (cell) => cell.query(withSchemas(text, { platform, schema: tenantSchema(domainId) }), values)),
    transaction: (domainId, work) => inTenant(domainId, (cell) => runTransaction(scopeIn(cell, domainId), work)),
    publishTold: async (domainId, told) => scopeIn(await registry.cellOf(domainId)).onTold?.(told),
    platformSql: (text, values = []) =>
      cellOf(cells, MAIN_CELL).query<never>(withSchemas(text, { platform }), values).catch(rethrowTranslated),
    platformTransaction: (work, cell = MAIN_CELL) => runTransaction(scopeIn(cellOf(cells, cell)), work),
    takeDue: async (due, react) => {
      const results = [];
      for (const cell of cells) results.push(await cell.holdersTurn(() => takeDueIn(scopeIn(cell), due, react, options.log)));
      return results.reduce(addTaken);
    },
    takeDueTogether: async (due, react) => {
      let taken = 0;
      for (const cell of cells)
        taken = Math.max(taken, await cell.holdersTurn(() => takeDueTogetherIn(scopeIn(cell), due, react, options.log)));
      return taken;
    },
    provisioningAnswers: () => provisioningAnswers({ service: options.service, cells, migrations, registry }),
    domains: () => registry.domains(),
    migrateAll: async (how = {}) => {
      const results = [];
      for (const cell of cells) results.push(await migrateCell(cell, migrations, how));
      return results.reduce(addMigrated);
    },
    pendingMigrations: async () =>
      (await Promise.all(cells.map(({ pool }) => countPending(pool, migrations)))).reduce((sum, one) => sum + one, 0),
    [Symbol.asyncDispose]: () => parts.open.disposeAsync(),
  };
}

/** As long as a pool lets one wait for a connection. */
const TURN_MS = 10_000;

/** Runs work in a tenant's cell. A tenant whose tables are gone is looked up again: it was removed by another copy of the service. */
const tenantGuard =
  (registry: TenantRegistry, share: TenantShare) =>
  async <T>(domainId: string, work: (cell: Cell) => Promise<T>): Promise<T> => {
    const cell = await registry.cellOf(domainId).catch(rethrowTranslated);
    try {
      return await share(domainId, cell.tenantsTurn, () => preferringWarm(domainId, () => work(cell)));
    } catch (error) {
      if (!isGone(error)) throw translateDatabaseError(error);
      registry.forget(domainId);
      await registry.cellOf(domainId);
      throw error;
    }
  };

function cellOf(cells: readonly Cell[], name: string): Cell {
  const cell = cells.find((one) => one.name === name);
  if (!cell) throw new ServiceError('UNAVAILABLE', { cause: new Error(`No cell ${name} is configured`) });
  return cell;
}

const addTaken = (one: DueTaken, other: DueTaken): DueTaken => {
  const times = [one.nextDueAt, other.nextDueAt].filter((time) => time !== null);
  return {
    taken: one.taken + other.taken,
    failed: one.failed + other.failed,
    nextDueAt: times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime()))),
  };
};

const addMigrated = (one: MigrateAllResult, other: MigrateAllResult): MigrateAllResult => ({
  migrated: one.migrated + other.migrated,
  unchanged: one.unchanged + other.unchanged,
  failed: [...one.failed, ...other.failed],
});
