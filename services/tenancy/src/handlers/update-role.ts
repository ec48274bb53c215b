import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { roleUpdated } from '@takaro/contracts/tenancy/events';
import type { updateRole } from '@takaro/contracts/tenancy/roles';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';
import { lockRole, refusingRole, replaceGrants, shownRole } from '../write-role.ts';

export const handleUpdateRole =
  ({ db, clock }: Tenancy): Handler<typeof updateRole> =>
  async ({ id, name: wanted, permissions, linkedDiscordRoleId }, caller) => {
    const { domainId } = caller;
    await refusingRole(
      db.transaction(domainId, async (tx) => {
        const role = await lockRole(tx, id);
        if (role.system && role.name === 'root') throw new ServiceError('ROOT_ROLE_FIXED');
        // Code looks system roles up by their names.
        const name = role.system ? role.name : (wanted ?? role.name);
        const discord = linkedDiscordRoleId === undefined ? role.linkedDiscordRoleId : linkedDiscordRoleId;
        await tx.sql('UPDATE {schema}."role" SET "name" = $2, "linkedDiscordRoleId" = $3, "updatedAt" = now() WHERE "id" = $1', [
          id,
          name,
          discord,
        ]);
        await replaceGrants(tx, id, permissions);
        await tx.tell(eventOf(roleUpdated, { role: { id, name } }, { domainId, caller, clock }));
      }),
    );
    return shownRole(db, domainId, id);
  };
