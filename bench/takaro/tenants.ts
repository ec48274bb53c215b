import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceName, TABLE_SERVICES } from '@takaro/contracts/services';
import { createDomain, deleteDomain } from '@takaro/contracts/tenancy/domains';
import { openTenantDb } from '@takaro/tenant-db';
import pg from 'pg';
import { pino } from 'pino';
import type { System } from './system.ts';

const SERVICES_FOLDER = join(import.meta.dirname, '..', '..', 'services');

/** Creates a domain through the public API. Answers its id and how long it took. */
export async function createTenant({ admin }: System, name: string): Promise<{ domainId: string; elapsedMs: number }> {
  const begun = performance.now();
  const { createdDomain } = await admin.call(createDomain, { name });
  return { domainId: createdDomain.id, elapsedMs: performance.now() - begun };
}

/** Removes it and all that it had. Answers how long it took. */
export async function deleteTenant({ admin }: System, domainId: string): Promise<number> {
  const begun = performance.now();
  await admin.call(deleteDomain, { id: domainId, hardDelete: true });
  return performance.now() - begun;
}

/** The limit: the same tables by bare SQL, one statement a service, in one schema; no saga, no grants, no roles, nothing told. */
export async function createBareSchemas({ servicesAdminUrl }: System, count: number): Promise<number[]> {
  const statements = (await Promise.all(TABLE_SERVICES.map(tablesOf))).join('\n').replaceAll(/^\s*GRANT [^;]*;/gim, '');
  // As the superuser in the services' database: tenancy's tables refer to its platform schema.
  const client = new pg.Client(servicesAdminUrl);
  await client.connect();
  try {
    const times: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const begun = performance.now();
      await client.query(`BEGIN; CREATE SCHEMA bare_${index}; SET LOCAL search_path TO bare_${index}; ${statements}; COMMIT`);
      times.push(performance.now() - begun);
    }
    for (let index = 0; index < count; index += 1) await client.query(`DROP SCHEMA bare_${index} CASCADE`);
    return times;
  } finally {
    await client.end();
  }
}

async function tablesOf(service: ServiceName): Promise<string> {
  const folder = join(SERVICES_FOLDER, service, 'migrations');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted((a, b) => a.localeCompare(b));
  return (await Promise.all(files.map(async (name) => readFile(join(folder, name), 'utf8')))).join(';\n');
}

/** Brings all tenants to a version with one column and one index more. Answers how many, and how long it took. */
export async function migrateTenants(databaseUrl: string): Promise<{ migrated: number; elapsedMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-bench-migration-'));
  try {
    await cp(join(SERVICES_FOLDER, 'events'), folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
    const change = `ALTER TABLE "event" ADD COLUMN "bench" text; CREATE INDEX "event_bench" ON "event" ("bench");`;
    await writeFile(join(folder, 'migrations', '9999-bench.sql'), change);
    await using db = await openTenantDb({ service: 'events', databaseUrl, entities: [], folder, log: pino({ level: 'silent' }) });
    const begun = performance.now();
    const { migrated } = await db.migrateAll({ phase: 'tables' });
    return { migrated, elapsedMs: performance.now() - begun };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
