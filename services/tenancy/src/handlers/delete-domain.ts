import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { disableGameServers } from '@takaro/contracts/gameservers/internal';
import type { deleteDomain } from '@takaro/contracts/tenancy/domains';
import { domainUpdated } from '@takaro/contracts/tenancy/events';
import { findDomain } from '../domain.repository.ts';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';

export const handleDeleteDomain =
  (tenancy: Tenancy): Handler<typeof deleteDomain> =>
  async ({ id, hardDelete = false }, { deadline }) => {
    if (hardDelete) await remove(tenancy, id, deadline);
    else await disable(tenancy, id);
    return {};
  };

/** Also takes away a domain whose provisioning does not come to an end. */
async function remove({ db, sagas }: Tenancy, id: string, deadline: number): Promise<void> {
  const [row] = await db.platformSql(
    `UPDATE {platform}."domain" SET "updatedAt" = now(), "provisioningStep" =
       CASE WHEN "provisioningStep" IN ('REMOVING', 'FORGOTTEN') THEN "provisioningStep" ELSE 'REMOVING' END
      WHERE "id" = $1 RETURNING "id"`,
    [id],
  );
  if (!row) throw new ServiceError('DOMAIN_NOT_FOUND');
  await sagas.finish(id, deadline);
}

/** The state first: from then on nobody gets in, whether gameservers answers or has to be asked again. */
async function disable({ db, bus, clock }: Tenancy, id: string): Promise<void> {
  await findDomain(db, id);
  await db.transaction(id, async (tx) => {
    await tx.sql(`UPDATE {platform}."domain" SET "state" = 'DISABLED', "updatedAt" = now() WHERE "id" = $1`, [id]);
    await tx.tell(eventOf(domainUpdated, { state: 'DISABLED' }, { domainId: id, clock }));
  });
  await bus.call(disableGameServers, {}, { domainId: id, token: await bus.serviceToken(id), timeoutMs: 20_000 });
}
