import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { roleDeleted } from '@takaro/contracts/tenancy/events';
import type { deleteRole } from '@takaro/contracts/tenancy/roles';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';
import { lockRole } from '../write-role.ts';

/** Its assignments go by cascade; entries that would let them expire find nothing. */
export const handleDeleteRole =
  ({ db, clock }: Tenancy): Handler<typeof deleteRole> =>
  async ({ id }, caller) => {
    const { domainId } = caller;
    await db.transaction(domainId, async (tx) => {
      const { name, system } = await lockRole(tx, id);
      if (system) throw new ServiceError('SYSTEM_ROLE_FIXED');
      await tx.sql('DELETE FROM {schema}."role" WHERE "id" = $1', [id]);
      await tx.tell(eventOf(roleDeleted, { role: { id, name } }, { domainId, caller, clock }));
    });
    return {};
  };
