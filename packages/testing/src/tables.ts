import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@takaro/contracts/services';
import { openTenantDb, type TenantDb, type TenantDbOptions } from '@takaro/tenant-db';

const folderOf = (service: ServiceName): string => fileURLToPath(new URL(`../../../services/${service}`, import.meta.url));

/** The tables of a service without the service. */
export const openTables = (of: Pick<TenantDbOptions, 'service' | 'databaseUrl' | 'log'>): Promise<TenantDb> =>
  openTenantDb({ ...of, entities: [], folder: folderOf(of.service), pool: { connections: 2 } });
