import type { Caller, Handler } from '@takaro/bus';
import type { DomainOutput } from '@takaro/contracts/tenancy/shapes';
import type { getMe } from '@takaro/contracts/tenancy/users';
import { type DomainRow, showDomain } from '../domain.entity.ts';
import { profileOf } from '../linked-player.ts';
import { shownUsers } from '../shown-users.ts';
import type { Tenancy } from '../tenancy.ts';
import type { UserRow } from '../user.entity.ts';
import { findRootUser, findUser } from '../user.repository.ts';

/** A function acts as the root user of its domain. */
export const handleGetMe =
  (tenancy: Tenancy): Handler<typeof getMe> =>
  async (_input, { domainId, claims }) => {
    const { db } = tenancy;
    const user = claims?.kind === 'user' ? await findUser(db, domainId, claims.subject) : await findRootUser(db, domainId);
    const [shown] = await shownUsers(tenancy, domainId, [user]);
    if (!shown) throw new Error('A user was found and is not shown');
    const { player, pogs } = await profileOf(tenancy, domainId, user.playerId);
    const linked = player ? { player } : {};
    return { user: { ...shown, ...linked }, domains: await domainsOf(db, user, { domainId, claims }), domain: domainId, ...linked, pogs };
  };

/**
 * All domains of the identity that the password of this one opens: somebody who set it for another person does not learn where else that
 * person is. What a caller may do in this domain says nothing about another one, so only its token
 * is shown.
 */
async function domainsOf(
  db: Tenancy['db'],
  { idpId }: UserRow,
  { domainId, claims }: Pick<Caller, 'domainId' | 'claims'>,
): Promise<DomainOutput[]> {
  const maySee = ['ROOT', 'MANAGE_GAMESERVERS'].some((code) => claims?.permissions.includes(code));
  const rows = await db.platformSql<DomainRow>(
    `SELECT d.* FROM {platform}."membership" here
       JOIN {platform}."membership" m ON m."identityId" = here."identityId"
        AND (m."domainId" = here."domainId" OR m."passwordHash" = here."passwordHash")
       JOIN {platform}."domain" d ON d."id" = m."domainId"
      WHERE here."identityId" = $1 AND here."domainId" = $2 AND d."provisioningStep" = 'READY' ORDER BY m."createdAt", d."id"`,
    [idpId, domainId],
  );
  return Promise.all(
    rows.map(async (row) => {
      const shown = showDomain(row, { withToken: maySee && row.id === domainId });
      const [settings] = await db.sql<{ domainName: string | null }>(row.id, 'SELECT "domainName" FROM {schema}."settings"');
      return { ...shown, name: settings?.domainName || shown.name };
    }),
  );
}
