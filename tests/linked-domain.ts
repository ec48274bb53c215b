import { linkDomain } from '@takaro/contracts/platform';
import { TABLE_SERVICES } from '@takaro/contracts/services';
import { MAIN_CELL, tenantSchema } from '@takaro/tenant-db';
import type { World } from '@takaro/testing/world';

/** The schema of a fresh domain as tenancy leaves it: the foreign keys of services that the world did not start are in place, too. */
export async function linkedSchema(world: World): Promise<string> {
  const { id } = await world.domain();
  const bus = await world.busFor('tenancy');
  const token = await bus.serviceToken(id);
  for (const service of TABLE_SERVICES) await bus.call(linkDomain(service), { cell: MAIN_CELL }, { domainId: id, token });
  return tenantSchema(id);
}
