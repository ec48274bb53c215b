import { ServiceError } from '@takaro/contracts/errors';
import type { UserOutputWithRoles } from '@takaro/contracts/tenancy/shapes';
import { removeExpiredRoles } from './expire-user-roles.ts';
import type { Tenancy } from './tenancy.ts';
import type { UserRow } from './user.entity.ts';
import { findUser, showUsersWithRoles } from './user.repository.ts';

type Parts = Pick<Tenancy, 'db' | 'clock'>;

/** Users as people read them, in the order given: a role that is over is removed by that. */
export async function shownUsers(parts: Parts, domainId: string, users: readonly UserRow[]): Promise<UserOutputWithRoles[]> {
  await removeExpiredRoles(
    parts,
    domainId,
    users.map(({ id }) => id),
  );
  return showUsersWithRoles(parts.db, domainId, users);
}

/** @throws ServiceError USER_NOT_FOUND */
export async function shownUser(parts: Parts, domainId: string, id: string): Promise<UserOutputWithRoles> {
  const [user] = await shownUsers(parts, domainId, [await findUser(parts.db, domainId, id)]);
  if (!user) throw new ServiceError('USER_NOT_FOUND', { params: { id } });
  return user;
}
