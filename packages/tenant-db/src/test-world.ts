import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ServiceName } from '@takaro/contracts/services';
import { Client, type QueryResultRow } from 'pg';
import { pino } from 'pino';
import { createTenantSchema, MAIN_CELL, openTenantDb, type TenantDb, type TenantDbOptions } from './index.ts';
import { openTestDatabase } from './test-database.ts';

/** Contents by path below the folder of a service, such as `migrations/0001-thing.sql`. */
export type ServiceFiles = Readonly<Record<string, string>>;

export interface TestWorld extends AsyncDisposable {
  readonly tenancy: TenantDb;
  /** The superuser's. */
  readonly adminUrl: string;
  urlOf(service: ServiceName): string;
  folder(files: ServiceFiles): Promise<string>;
  open(service: ServiceName, options: { files: ServiceFiles } & Partial<TenantDbOptions>): Promise<TenantDb>;
  /** A query as any role: the superuser unless a service is named. */
  query<Row extends QueryResultRow>(text: string, values?: unknown[], service?: ServiceName): Promise<Row[]>;
}

/** What tests of this package stand on: a PostgreSQL, tenancy's way into it, services made of files. */
export async function openTestWorld(): Promise<TestWorld> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await openTestDatabase());
  const urlOf = (service: ServiceName): string => database.urlOf(service);
  const folder = async (files: ServiceFiles): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'takaro-service-'));
    world.defer(() => rm(path, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
    return path;
  };
  const open: TestWorld['open'] = async (service, { files, ...options }) =>
    world.use(
      await openTenantDb({
        service,
        databaseUrl: urlOf(service),
        entities: [],
        folder: await folder(files),
        log: pino({ level: 'silent' }),
        ...options,
      }),
    );
  const world = opening.move();
  return {
    tenancy: await open('tenancy', { files: {} }),
    adminUrl: database.adminUrl,
    urlOf,
    folder,
    open,
    query: async (text, values = [], service) => {
      const client = new Client({ connectionString: service === undefined ? database.adminUrl : urlOf(service) });
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    [Symbol.asyncDispose]: () => world.disposeAsync(),
  };
}

export type ProvisioningStep = 'provision-domain' | 'link-domain' | 'remove-domain';

/** Does what the service does when tenancy asks it for a step of provisioning. */
export async function ask(db: TenantDb, step: ProvisioningStep, domainId: string): Promise<void> {
  const answer = db.provisioningAnswers().find(({ contract }) => contract.operation === step);
  await answer?.handle({ cell: MAIN_CELL }, { domainId, claims: null, token: null, deadline: Date.now() + 30_000 });
}

export interface HeldTables extends AsyncDisposable {
  /** How many statements wait for a lock, in this world's database. */
  waiting(): Promise<number>;
  release(): Promise<unknown>;
}

/** Holds tables until they are released. */
export async function holdTables(world: Pick<TestWorld, 'adminUrl' | 'query'>, tables: readonly string[]): Promise<HeldTables> {
  const client = new Client({ connectionString: world.adminUrl });
  await using opening = new AsyncDisposableStack();
  await client.connect();
  opening.defer(() => client.end());
  await client.query(`begin; lock table ${tables.join(', ')} in access exclusive mode`);
  const open = opening.move();
  return {
    waiting: async () => {
      const [row] = await world.query<{ count: number }>(
        `select count(*)::int as "count" from pg_locks
         where not granted and "database" = (select oid from pg_database where datname = current_database())`,
      );
      return row?.count ?? 0;
    },
    release: () => client.query('rollback'),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

let tenants = 0;

/** A tenant that the services have tables for. */
export async function newTenant(world: TestWorld, services: readonly TenantDb[], domainId?: string): Promise<string> {
  tenants += 1;
  const id = domainId ?? `heavy-otters-${tenants}`;
  await createTenantSchema(world.tenancy, id);
  for (const db of services) await ask(db, 'provision-domain', id);
  for (const db of services) await ask(db, 'link-domain', id);
  return id;
}
