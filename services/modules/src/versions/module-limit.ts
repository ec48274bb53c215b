import { ServiceError } from '@takaro/contracts/errors';
import type { Tx } from '@takaro/tenant-db';

/**
 * After a module was written: those that come with the platform do not count. Who writes modules at the same time waits, so that together
 * they do not get past the limit. @throws ServiceError MODULES_LIMIT
 */
export async function refuseTooMany({ sql }: Tx, limit: number): Promise<void> {
  await sql(`select pg_advisory_xact_lock(hashtextextended('{schema}."module"', 0))`);
  const [own] = await sql<{ count: string }>('select count(*) from {schema}."module" where "builtin" is null');
  if (Number(own?.count) > limit) throw new ServiceError('MODULES_LIMIT', { params: { limit } });
}
