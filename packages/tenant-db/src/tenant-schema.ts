import { MAIN_CELL, quoteName, TENANT_OWNER, tenantSchema } from './names.ts';
import type { TenantDb } from './tenant-db.ts';

/**
 * Makes the schema of a tenant and lets every service with tables create its own in it. For tenancy, which alone may have that done.
 * Safe to repeat. @throws ServiceError DOMAIN_UNKNOWN when the text cannot be a domain's id
 */
export const createTenantSchema = (db: TenantDb, domainId: string, cell = MAIN_CELL): Promise<void> =>
  askOwner(db, 'create_tenant', domainId, cell);

/**
 * Drops the schema of a tenant with everything in it: one schema per transaction, since each table takes a lock. Safe to repeat.
 * @throws Error with SQLSTATE 55006 while a service has not forgotten the domain: nobody drops another's tables
 */
export const dropTenantSchema = (db: TenantDb, domainId: string, cell = MAIN_CELL): Promise<void> =>
  askOwner(db, 'drop_tenant', domainId, cell);

async function askOwner(db: TenantDb, what: 'create_tenant' | 'drop_tenant', domainId: string, cell: string): Promise<void> {
  // Fails for what cannot be an id before PostgreSQL sees it.
  tenantSchema(domainId);
  await db.platformTransaction(async ({ sql }) => {
    await sql(`select ${quoteName(TENANT_OWNER)}."${what}"($1)`, [domainId]);
  }, cell);
}
