import type { Caller, Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { disableGameServers } from '@takaro/contracts/gameservers/internal';
import type { deleteDomain } from '@takaro/contracts/tenancy/domains';
import { domainUpdated } from '@takaro/contracts/tenancy/events';
import type { Tx } from '@takaro/tenant-db';
import { actorOf, audit } from '../audit.ts';
import { findDomain } from '../domain.repository.ts';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';

export const handleDeleteDomain =
  (tenancy: Tenancy): Handler<typeof deleteDomain> =>
  async ({ id, hardDelete = false }, caller) => {
    if (hardDelete) await remove(tenancy, id, caller);
    else await disable(tenancy, id, caller);
    return {};
  };

/** Also takes away a domain whose provisioning does not come to an end. */
async function remove({ db, sagas, clock }: Tenancy, id: string, caller: Caller): Promise<void> {
  await db.platformTransaction(async (tx) => {
    await beginRemoval(tx.sql, id);
    // Whoever is connected for the domain is let go before its tables are.
    await tx.tell(eventOf(domainUpdated, { state: 'DISABLED' }, { domainId: id, caller, clock }));
    await audit(tx.sql, new Date(clock.now()), { action: 'domain-removed', ...actorOf(caller), domainId: id });
  });
  await sagas.finish(id, caller.deadline);
}

async function beginRemoval(sql: Tx['sql'], id: string): Promise<void> {
  const [row] = await sql(
    `UPDATE {platform}."domain" SET "updatedAt" = now(), "state" = 'DISABLED', "provisioningStep" =
       CASE WHEN "provisioningStep" IN ('REMOVING', 'FORGOTTEN') THEN "provisioningStep" ELSE 'REMOVING' END
      WHERE "id" = $1 RETURNING "id"`,
    [id],
  );
  if (!row) throw new ServiceError('DOMAIN_NOT_FOUND');
}

/** The state first: from then on nobody gets in, whether gameservers answers or has to be asked again. */
async function disable({ db, bus, clock }: Tenancy, id: string, caller: Caller): Promise<void> {
  await findDomain(db, id);
  await db.transaction(id, async (tx) => {
    await tx.sql(`UPDATE {platform}."domain" SET "state" = 'DISABLED', "updatedAt" = now() WHERE "id" = $1`, [id]);
    await audit(tx.sql, new Date(clock.now()), { action: 'domain-disabled', ...actorOf(caller), domainId: id });
    await tx.tell(eventOf(domainUpdated, { state: 'DISABLED' }, { domainId: id, clock }));
  });
  await bus.call(disableGameServers, {}, { domainId: id, token: await bus.serviceToken(id), timeoutMs: 20_000 });
}
