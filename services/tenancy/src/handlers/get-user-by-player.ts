import type { Handler } from '@takaro/bus';
import type { getUserByPlayer } from '@takaro/contracts/tenancy/internal';
import type { Tenancy } from '../tenancy.ts';
import type { UserRow } from '../user.entity.ts';
import { showUsersWithRoles } from '../user.repository.ts';

export const handleGetUserByPlayer =
  ({ db }: Tenancy): Handler<typeof getUserByPlayer> =>
  async ({ playerId }, { domainId }) => {
    const users = await db.sql<UserRow>(domainId, 'SELECT * FROM {schema}."user" WHERE "playerId" = $1', [playerId]);
    const [user] = await showUsersWithRoles(db, domainId, users);
    return { user: user ?? null };
  };
