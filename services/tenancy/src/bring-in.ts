import type { Caller } from '@takaro/bus';
import type { AuditAction } from '@takaro/contracts/tenancy/audit';
import type { OneTimeLink, UserOutputWithRoles } from '@takaro/contracts/tenancy/shapes';
import { actorOf, audit } from './audit.ts';
import { addUser, type NewUser } from './new-user.ts';
import { mintPasswordLink } from './password-link.ts';
import { shownUser } from './shown-users.ts';
import type { Tenancy } from './tenancy.ts';

/** Adds a user for somebody else, who is told how to set a password of their own. @throws ServiceError MAX_USERS_REACHED */
export async function bringIn(
  tenancy: Tenancy,
  caller: Caller,
  { action, ...newUser }: NewUser & { readonly action: AuditAction },
): Promise<UserOutputWithRoles & { oneTimeLink?: OneTimeLink }> {
  const { domainId } = caller;
  const { db, clock, limits } = tenancy;
  const now = clock.now();
  const { user, oneTimeLink } = await db.transaction(domainId, async (tx) => {
    const added = await addUser(tx, newUser);
    if (!added.isNew) return { user: added.user };
    await audit(tx.sql, new Date(now), { action, ...actorOf(caller), domainId, subject: added.user.id });
    const minting = { userId: added.user.id, mintedBy: caller.claims?.subject ?? '', now, limits };
    return { user: added.user, oneTimeLink: await mintPasswordLink(tx, minting) };
  });
  return { ...(await shownUser(tenancy, domainId, user.id)), ...(oneTimeLink && { oneTimeLink }) };
}
