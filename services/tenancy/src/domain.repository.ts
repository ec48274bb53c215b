import { ServiceError } from '@takaro/contracts/errors';
import type { TenantDb } from '@takaro/tenant-db';
import type { DomainRow } from './domain.entity.ts';

/** A domain that is there for everybody: one on its way in or out is not. @throws ServiceError DOMAIN_NOT_FOUND */
export async function findDomain(db: TenantDb, id: string): Promise<DomainRow> {
  const [row] = await db.platformSql<DomainRow>(`SELECT * FROM {platform}."domain" WHERE "id" = $1 AND "provisioningStep" = 'READY'`, [id]);
  if (!row) throw new ServiceError('DOMAIN_NOT_FOUND');
  return row;
}

/** @throws ServiceError DOMAIN_NOT_FOUND, also for a domain that is DISABLED */
export async function findDomainByRegistrationToken(db: TenantDb, token: string): Promise<DomainRow> {
  const [row] = await db.platformSql<DomainRow>(
    `SELECT * FROM {platform}."domain" WHERE "serverRegistrationToken" = $1 AND "provisioningStep" = 'READY' AND "state" <> 'DISABLED'`,
    [token],
  );
  if (!row) throw new ServiceError('DOMAIN_NOT_FOUND');
  return row;
}
