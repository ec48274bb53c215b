import { TABLE_SERVICES } from '@takaro/contracts/services';
import { MAIN_CELL, quoteName, serviceRole, tenantSchema } from './names.ts';
import type { TenantDb } from './tenant-db.ts';

/**
 * Makes the schema of a tenant and lets every service with tables create its own in it. For tenancy, which owns the schemas.
 * Safe to repeat. @throws ServiceError DOMAIN_UNKNOWN when the text cannot be a domain's id
 */
export async function createTenantSchema(db: TenantDb, domainId: string, cell = MAIN_CELL): Promise<void> {
  const schema = quoteName(tenantSchema(domainId));
  const roles = TABLE_SERVICES.map((service) => quoteName(serviceRole(service))).join(', ');
  await db.platformTransaction(async ({ sql }) => {
    await sql(`create schema if not exists ${schema}`);
    await sql(`grant usage, create on schema ${schema} to ${roles}`);
  }, cell);
}

/** Drops the schema of a tenant with everything in it: one schema per transaction, since each table takes a lock. Safe to repeat. */
export async function dropTenantSchema(db: TenantDb, domainId: string, cell = MAIN_CELL): Promise<void> {
  const schema = quoteName(tenantSchema(domainId));
  await db.platformTransaction(async ({ sql }) => {
    await sql(`drop schema if exists ${schema} cascade`);
  }, cell);
}
