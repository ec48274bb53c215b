import { ServiceError } from '@takaro/contracts/errors';
import type { Tx } from '@takaro/tenant-db';
import type { UserRow } from './user.entity.ts';

/** The user, locked until the end of the transaction. @throws ServiceError USER_NOT_FOUND */
export async function lockUser({ sql }: Tx, id: string): Promise<UserRow> {
  const [user] = await sql<UserRow>('SELECT * FROM {schema}."user" WHERE "id" = $1 FOR UPDATE', [id]);
  if (!user) throw new ServiceError('USER_NOT_FOUND', { params: { id } });
  return user;
}

/** Before a user becomes one of the dashboard; of two at a time the second waits for the first. @throws ServiceError MAX_USERS_REACHED */
export async function checkUsersLimit({ sql, domainId }: Tx): Promise<void> {
  const [domain] = await sql<{ maxUsers: number }>('SELECT "maxUsers" FROM {platform}."domain" WHERE "id" = $1 FOR UPDATE', [domainId]);
  const [there] = await sql<{ count: string }>('SELECT count(*) FROM {schema}."user" WHERE "isDashboardUser"');
  const maxUsers = domain?.maxUsers ?? 0;
  if (Number(there?.count) >= maxUsers) throw new ServiceError('MAX_USERS_REACHED', { params: { maxUsers } });
}

/**
 * Before a user loses the role `root`, or goes: the domain keeps another holder whose role does not expire. Tokens of admins and
 * functions act as one. @throws ServiceError LAST_ROOT
 */
export async function checkOtherRoot({ sql }: Tx, userId: string): Promise<void> {
  // The lock lets one at a time look: two holders could else each be the other's successor.
  const [root] = await sql<{ id: string }>(`SELECT "id" FROM {schema}."role" WHERE "system" AND "name" = 'root' FOR UPDATE`);
  if (!root) return;
  const holders = await sql<{ userId: string }>(
    'SELECT "userId" FROM {schema}."userRole" WHERE "roleId" = $1 AND ("userId" = $2 OR "expiresAt" IS NULL)',
    [root.id, userId],
  );
  const holds = holders.some((holder) => holder.userId === userId);
  if (holds && holders.every((holder) => holder.userId === userId)) throw new ServiceError('LAST_ROOT');
}
