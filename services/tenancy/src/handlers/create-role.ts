import type { Handler } from '@takaro/bus';
import { newId } from '@takaro/contracts/ids';
import { roleCreated } from '@takaro/contracts/tenancy/events';
import type { createRole } from '@takaro/contracts/tenancy/roles';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';
import { refusingRole, replaceGrants, shownRole } from '../write-role.ts';

export const handleCreateRole =
  ({ db, clock }: Tenancy): Handler<typeof createRole> =>
  async ({ name, permissions, linkedDiscordRoleId = null }, caller) => {
    const { domainId } = caller;
    const id = newId();
    await refusingRole(
      db.transaction(domainId, async (tx) => {
        await tx.sql('INSERT INTO {schema}."role" ("id", "name", "linkedDiscordRoleId") VALUES ($1, $2, $3)', [
          id,
          name,
          linkedDiscordRoleId,
        ]);
        await replaceGrants(tx, id, permissions);
        await tx.tell(eventOf(roleCreated, { role: { id, name } }, { domainId, caller, clock }));
      }),
    );
    return shownRole(db, domainId, id);
  };
