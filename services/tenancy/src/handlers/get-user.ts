import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getUser } from '@takaro/contracts/tenancy/users';
import type { Tenancy } from '../tenancy.ts';
import { findUser, showUsersWithRoles } from '../user.repository.ts';

export const handleGetUser =
  ({ db }: Tenancy): Handler<typeof getUser> =>
  async ({ id }, { domainId }) => {
    const [user] = await showUsersWithRoles(db, domainId, [await findUser(db, domainId, id)]);
    if (!user) throw new ServiceError('USER_NOT_FOUND', { params: { id } });
    return user;
  };
