import type { Handler } from '@takaro/bus';
import type { searchUsers } from '@takaro/contracts/tenancy/users';
import { searchPage } from '@takaro/tenant-db';
import { shownUsers } from '../shown-users.ts';
import type { Tenancy } from '../tenancy.ts';
import { User } from '../user.entity.ts';

export const handleSearchUsers =
  (tenancy: Tenancy): Handler<typeof searchUsers> =>
  async (input, { domainId }) => {
    const { db } = tenancy;
    const roleIds = input.filters?.['roleId'];
    const holders = Array.isArray(roleIds) && roleIds.length > 0 ? await holdersOf(db, domainId, roleIds) : null;
    const page = await searchPage(await db.em(domainId), User, input, holders ? { where: { id: { $in: holders } } } : {});
    return { ...page, rows: await shownUsers(tenancy, domainId, page.rows) };
  };

/** Who holds one of the roles; null when one is the system role that everybody has, or that of players: then all are meant. */
async function holdersOf(db: Tenancy['db'], domainId: string, roleIds: readonly unknown[]): Promise<string[] | null> {
  const wanted = roleIds.filter((id) => id !== 'null');
  const implicit = await db.sql(
    domainId,
    `SELECT FROM {schema}."role" WHERE "id" = ANY($1) AND "system" AND "name" IN ('User', 'Player') LIMIT 1`,
    [wanted],
  );
  if (implicit.length > 0) return null;
  const rows = await db.sql<{ userId: string }>(
    domainId,
    'SELECT DISTINCT "userId" FROM {schema}."userRole" WHERE "roleId" = ANY($1) AND ("expiresAt" IS NULL OR "expiresAt" > now())',
    [wanted],
  );
  return rows.map(({ userId }) => userId);
}
