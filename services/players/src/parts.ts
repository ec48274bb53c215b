import type { Bus } from '@takaro/bus';
import type { TenantDb } from '@takaro/tenant-db';
import type { DomainRoles } from './domain-roles.ts';
import type { Sql } from './rows.ts';

/** What the handlers of this service work with. */
export interface Parts {
  readonly db: TenantDb;
  readonly bus: Bus;
  readonly roles: DomainRoles;
  readonly now: () => number;
}

export const sqlOf =
  (db: TenantDb, domainId: string): Sql =>
  (text, values) =>
    db.sql(domainId, text, values);
