import type { Handler } from '@takaro/bus';
import type { createPasswordLink } from '@takaro/contracts/tenancy/passwords';
import { actorOf, audit } from '../audit.ts';
import { mintPasswordLink, requireNoGain } from '../password-link.ts';
import type { Tenancy } from '../tenancy.ts';
import { findUser } from '../user.repository.ts';

export const handleCreatePasswordLink =
  (tenancy: Tenancy): Handler<typeof createPasswordLink> =>
  async ({ id }, caller) => {
    const { db, clock, limits } = tenancy;
    const { domainId, claims } = caller;
    await findUser(db, domainId, id);
    await requireNoGain(tenancy, domainId, claims?.permissions ?? [], id);
    const now = clock.now();
    return db.transaction(domainId, async (tx) => {
      await audit(tx.sql, new Date(now), { action: 'password-link-created', ...actorOf(caller), domainId, subject: id });
      return mintPasswordLink(tx, { userId: id, mintedBy: claims?.subject ?? '', now, limits });
    });
  };
