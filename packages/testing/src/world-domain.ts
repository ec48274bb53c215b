import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Bus, serve } from '@takaro/bus';
import { linkDomain, provisionDomain } from '@takaro/contracts/platform';
import { type ServiceName, TABLE_SERVICES } from '@takaro/contracts/services';
import { createDomain } from '@takaro/contracts/tenancy/domains';
import { createTenantSchema, MAIN_CELL, openTenantDb, type TenantDb } from '@takaro/tenant-db';
import type { Logger } from 'pino';
import type { Tokens } from './tokens.ts';
import type { WorldDatabase } from './world-database.ts';

export interface TestDomain {
  readonly id: string;
}

export interface DomainMakerParts {
  readonly database: WorldDatabase;
  readonly tokens: Tokens;
  readonly log: Logger;
  readonly started: ReadonlySet<ServiceName>;
  busFor(service: ServiceName): Promise<Bus>;
}

export interface DomainMaker extends AsyncDisposable {
  make(): Promise<TestDomain>;
}

const folderOf = (service: ServiceName): string => fileURLToPath(new URL(`../../../services/${service}`, import.meta.url));

/**
 * Makes domains as tenancy does. Services with tables that are not started in the world have their tables all the same, from their own
 * migrations and by the same requests: foreign keys between services need them.
 */
export function createDomainMaker(parts: DomainMakerParts): DomainMaker {
  const open = new AsyncDisposableStack();
  let prepared: Promise<TenantDb> | undefined;
  const prepare = async (): Promise<TenantDb> => {
    const absent = TABLE_SERVICES.filter((service) => !parts.started.has(service));
    await Promise.all(absent.map(async (service) => open.use(await standIn(parts, service))));
    return open.use(await openTables(parts, 'tenancy'));
  };
  return {
    make: async () => {
      prepared ??= prepare();
      const tenancy = await prepared;
      return parts.started.has('tenancy') ? askTenancy(parts) : provision(parts, tenancy);
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

const openTables = ({ database, log }: DomainMakerParts, service: ServiceName): Promise<TenantDb> =>
  openTenantDb({ service, databaseUrl: database.urlOf(service), entities: [], folder: folderOf(service), log, pool: { connections: 2 } });

/** The tables of a service without the service. */
async function standIn(parts: DomainMakerParts, service: ServiceName): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const db = opening.use(await openTables(parts, service));
  opening.use(await serve(await parts.busFor(service), db.provisioningAnswers()));
  return opening.move();
}

async function askTenancy({ tokens, ...parts }: DomainMakerParts): Promise<TestDomain> {
  const gateway = await parts.busFor('gateway');
  const { createdDomain } = await gateway.call(createDomain, { name: 'Test domain' }, { token: await tokens.admin() });
  return createdDomain;
}

async function provision(parts: DomainMakerParts, tenancy: TenantDb): Promise<TestDomain> {
  const id = `test-${randomBytes(5).toString('hex')}`;
  await createTenantSchema(tenancy, id);
  const bus = await parts.busFor('tenancy');
  const token = await bus.serviceToken(id);
  const ask = (step: typeof linkDomain, services: readonly ServiceName[]) =>
    Promise.all(services.map((service) => bus.call(step(service), { cell: MAIN_CELL }, { domainId: id, token })));
  await ask(provisionDomain, TABLE_SERVICES);
  // The keys of tables that nobody uses here would only be in the way of a test that puts single rows into them.
  await ask(
    linkDomain,
    TABLE_SERVICES.filter((service) => parts.started.has(service)),
  );
  return { id };
}
