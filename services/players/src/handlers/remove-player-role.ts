import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { removePlayerRole } from '@takaro/contracts/players/rest';
import { assignableRole } from '../assignable-role.ts';
import { causedBy, plainEvent } from '../events.ts';
import { ROLE_EXPIRY } from '../expire-roles.ts';
import type { Parts } from '../parts.ts';
import { touchPlayer } from '../players.repository.ts';

export const handleRemovePlayerRole =
  ({ db, roles, now }: Parts): Handler<typeof removePlayerRole> =>
  async ({ id, roleId, gameServerId = null }, caller) => {
    const role = await assignableRole(roles, caller.domainId, roleId);
    await db.transaction(caller.domainId, async (tx) => {
      if ((await touchPlayer(tx.sql, id)).length === 0) throw new ServiceError('PLAYER_NOT_FOUND');
      const [removed] = await tx.sql<{ id: string }>(
        `delete from {schema}."playerRole"
         where "playerId" = $1 and "roleId" = $2 and "gameServerId" is not distinct from $3 returning "id"`,
        [id, roleId, gameServerId],
      );
      if (!removed) return;
      await tx.unschedule(ROLE_EXPIRY, removed.id);
      const event = plainEvent(caller.domainId, 'role-removed', now(), { role: { id: roleId, name: role.name } });
      await tx.tell({ ...event, ...causedBy(caller), playerId: id, gameServerId });
    });
    return {};
  };
