import type { Handler } from '@takaro/bus';
import { touchGameServers } from '@takaro/contracts/gameservers/internal';
import type { updateDomain } from '@takaro/contracts/tenancy/domains';
import { domainUpdated } from '@takaro/contracts/tenancy/events';
import { onUnique } from '@takaro/tenant-db';
import { actorOf, audit } from '../audit.ts';
import { type DomainRow, showDomain } from '../domain.entity.ts';
import { findDomain } from '../domain.repository.ts';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';

/** Changes what is given. The names of the columns are those of the contract, which admits no others. */
export const handleUpdateDomain =
  (tenancy: Tenancy): Handler<typeof updateDomain> =>
  async ({ id, ...changes }, caller) => {
    const { db, clock } = tenancy;
    const before = await findDomain(db, id);
    const names = Object.keys(changes);
    if (names.length === 0) return showDomain(before, { withToken: true });
    const after = await db
      .transaction(id, async (tx) => {
        const [row] = await tx.sql<DomainRow>(
          `UPDATE {platform}."domain" SET ${names.map((name, index) => `"${name}" = $${index + 2}`).join(', ')}, "updatedAt" = now()
            WHERE "id" = $1 RETURNING *`,
          [id, ...Object.values(changes)],
        );
        await audit(tx.sql, new Date(clock.now()), {
          action: 'domain-updated',
          ...actorOf(caller),
          domainId: id,
          subject: names.join(' '),
        });
        await tx.tell(eventOf(domainUpdated, { state: row?.state ?? before.state }, { domainId: id, clock }));
        return row ?? before;
      })
      .catch(onUnique('domain_externalReference_unique', 'EXTERNAL_REFERENCE_TAKEN'));
    if (after.state !== before.state) await touch(tenancy, id);
    return showDomain(after, { withToken: true });
  };

/** Whom the state matters to learned of it by `domain-updated`; the events of the game servers are for those who look at them. */
async function touch({ bus }: Tenancy, domainId: string): Promise<void> {
  await bus.call(touchGameServers, {}, { domainId, token: await bus.serviceToken(domainId) }).catch((error: unknown) => {
    bus.log.warn({ domainId, err: error }, 'the game servers of a domain whose state changed were not told of');
  });
}
