import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { playerLinked } from '@takaro/contracts/events/events';
import type { linkPlayer } from '@takaro/contracts/tenancy/player-links';
import { onConstraint, onUnique, type Tx } from '@takaro/tenant-db';
import { audit } from '../audit.ts';
import { findLinking, type Linking, requireOwnEmail } from '../linking.ts';
import { addUser } from '../new-user.ts';
import { mintPasswordLink } from '../password-link.ts';
import { tokenHash } from '../secrets.ts';
import { shownUser } from '../shown-users.ts';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';

export const handleLinkPlayer =
  (tenancy: Tenancy): Handler<typeof linkPlayer> =>
  async ({ email, code, authorization, cookie }) => {
    const codeHash = tokenHash(code.toLowerCase());
    const linking = await findLinking(tenancy, { codeHash, email, authorization, cookie });
    requireOwnEmail(linking);
    const { domainId } = linking;
    const { userId, oneTimeLink } = await tenancy.db
      .transaction(domainId, (tx) => link(tenancy, tx, { ...linking, email, codeHash }))
      .catch(onUnique('user_playerId_unique', 'PLAYER_ALREADY_LINKED'))
      // The player was removed meanwhile.
      .catch(onConstraint('user_playerId_fkey', 'LINK_CODE_UNKNOWN'));
    return { ...(await shownUser(tenancy, domainId, userId)), domainId, ...(oneTimeLink && { oneTimeLink }) };
  };

type Parts = Pick<Tenancy, 'clock' | 'limits'>;

async function link({ clock, limits }: Parts, tx: Tx, linking: Linking & { readonly email: string; readonly codeHash: Buffer }) {
  const { domainId, email, codeHash, identity, session } = linking;
  const [taken] = await tx.sql<{ playerId: string }>('DELETE FROM {platform}."playerLink" WHERE "codeHash" = $1 RETURNING "playerId"', [
    codeHash,
  ]);
  if (!taken) throw new ServiceError('LINK_CODE_UNKNOWN');
  const { playerId } = taken;
  const passwordHash = session ? await passwordOf(tx, session) : null;
  const { user, isNew } = await addUser(tx, { name: email, email, isDashboardUser: false, identity, passwordHash });
  const userId = user.id;
  await tx.sql('UPDATE {schema}."user" SET "playerId" = $2, "updatedAt" = now() WHERE "id" = $1', [userId, playerId]);
  if (isNew) await tellAdded(tx, { identityId: identity.id, userId, at: new Date(clock.now()) });
  // Nobody but who is signed in could have made this user, so the session opens it.
  if (isNew && session) await openDomain(tx, session.id);
  await tx.tell(eventOf(playerLinked, {}, { domainId, clock, userId, playerId }));
  if (!isNew || session) return { userId };
  return { userId, oneTimeLink: await mintPasswordLink(tx, { userId, mintedBy: userId, now: clock.now(), limits }) };
}

/** The one that they signed in with opens this domain, too, from now on. */
async function passwordOf({ sql }: Tx, { identityId, domainIds }: NonNullable<Linking['session']>): Promise<string | null> {
  const [opened] = await sql<{ passwordHash: string }>(
    `SELECT "passwordHash" FROM {platform}."membership"
      WHERE "identityId" = $1 AND "domainId" = ANY($2) AND "passwordHash" IS NOT NULL ORDER BY "createdAt" LIMIT 1`,
    [identityId, domainIds],
  );
  return opened?.passwordHash ?? null;
}

const tellAdded = ({ sql, domainId }: Tx, { identityId, userId, at }: { identityId: string; userId: string; at: Date }): Promise<void> =>
  audit(sql, at, { action: 'user-created', actorKind: 'identity', actorId: identityId, domainId, subject: userId });

const openDomain = ({ sql, domainId }: Tx, sessionId: string): Promise<unknown> =>
  sql(
    `UPDATE {platform}."session" SET "domainIds" = array_append("domainIds", $2), "updatedAt" = now()
      WHERE "id" = $1 AND NOT $2 = ANY("domainIds")`,
    [sessionId, domainId],
  );
