import type { Handler } from '@takaro/bus';
import { roleRemoved } from '@takaro/contracts/tenancy/events';
import type { removeUserRole } from '@takaro/contracts/tenancy/manage-users';
import { assignableRole } from '../assignable-role.ts';
import { USER_ROLE_EXPIRY } from '../expire-user-roles.ts';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';
import { checkOtherRoot, lockUser } from '../write-user.ts';

export const handleRemoveUserRole =
  ({ db, clock }: Tenancy): Handler<typeof removeUserRole> =>
  async ({ id, roleId }, caller) => {
    const { domainId } = caller;
    await db.transaction(domainId, async (tx) => {
      await lockUser(tx, id);
      const { name, isRoot } = await assignableRole(tx, roleId);
      if (isRoot) await checkOtherRoot(tx, id);
      const [removed] = await tx.sql<{ id: string }>(
        'DELETE FROM {schema}."userRole" WHERE "userId" = $1 AND "roleId" = $2 RETURNING "id"',
        [id, roleId],
      );
      if (!removed) return;
      await tx.unschedule(USER_ROLE_EXPIRY, removed.id);
      await tx.tell(eventOf(roleRemoved, { role: { id: roleId, name } }, { domainId, caller, clock, userId: id }));
    });
    return {};
  };
