import type { Handler } from '@takaro/bus';
import type { updateUser } from '@takaro/contracts/tenancy/manage-users';
import { shownUser } from '../shown-users.ts';
import type { Tenancy } from '../tenancy.ts';
import { checkUsersLimit, lockUser } from '../write-user.ts';

export const handleUpdateUser =
  (tenancy: Tenancy): Handler<typeof updateUser> =>
  async ({ id, ...changes }, { domainId }) => {
    await tenancy.db.transaction(domainId, async (tx) => {
      const before = await lockUser(tx, id);
      const { name = before.name, isDashboardUser = before.isDashboardUser } = changes;
      if (isDashboardUser && !before.isDashboardUser) await checkUsersLimit(tx);
      await tx.sql('UPDATE {schema}."user" SET "name" = $2, "isDashboardUser" = $3, "updatedAt" = now() WHERE "id" = $1', [
        id,
        name,
        isDashboardUser,
      ]);
    });
    return shownUser(tenancy, domainId, id);
  };
