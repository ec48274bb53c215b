import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import { roleAssigned } from '@takaro/contracts/tenancy/events';
import type { assignUserRole } from '@takaro/contracts/tenancy/manage-users';
import { onUnique } from '@takaro/tenant-db';
import { assignableRole, containsRoot } from '../assignable-role.ts';
import { removeExpiredRoles, USER_ROLE_EXPIRY } from '../expire-user-roles.ts';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';
import { lockUser } from '../write-user.ts';

export const handleAssignUserRole =
  (tenancy: Tenancy): Handler<typeof assignUserRole> =>
  async ({ id, roleId, expiresAt }, caller) => {
    const { domainId } = caller;
    const { db, clock } = tenancy;
    const until = expiresAt === undefined ? null : new Date(expiresAt);
    // What is over does not stand in the way of the same role again.
    await removeExpiredRoles(tenancy, domainId, [id]);
    await db
      .transaction(domainId, async (tx) => {
        await lockUser(tx, id);
        const { name } = await assignableRole(tx, roleId);
        // A function acts as ROOT, and must not make somebody else so.
        if (caller.claims?.kind === 'execution' && (await containsRoot(tx, roleId))) throw new ServiceError('PERMISSION_DENIED');
        const assignmentId = newId();
        await tx.sql('INSERT INTO {schema}."userRole" ("id", "userId", "roleId", "expiresAt") VALUES ($1, $2, $3, $4)', [
          assignmentId,
          id,
          roleId,
          until,
        ]);
        if (until) await tx.schedule({ kind: USER_ROLE_EXPIRY, key: assignmentId, dueAt: until });
        await tx.tell(eventOf(roleAssigned, { role: { id: roleId, name } }, { domainId, caller, clock, userId: id }));
      })
      .catch(onUnique('userRole_unique', 'ROLE_ALREADY_ASSIGNED'));
    return {};
  };
