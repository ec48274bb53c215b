import type { Handler } from '@takaro/bus';
import type { getUsersByIds } from '@takaro/contracts/tenancy/internal';
import type { Tenancy } from '../tenancy.ts';
import type { UserRow } from '../user.entity.ts';
import { showUsersWithRoles } from '../user.repository.ts';

export const handleGetUsersByIds =
  ({ db }: Tenancy): Handler<typeof getUsersByIds> =>
  async ({ ids }, { domainId }) => {
    const users = await db.sql<UserRow>(domainId, 'SELECT * FROM {schema}."user" WHERE "id" = ANY($1)', [ids]);
    return { users: await showUsersWithRoles(db, domainId, users) };
  };
