import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { assignPlayerRole } from '@takaro/contracts/players/rest';
import { onConstraint } from '@takaro/tenant-db';
import { assignableRole } from '../assignable-role.ts';
import { causedBy, plainEvent } from '../events.ts';
import { ROLE_EXPIRY } from '../expire-roles.ts';
import type { Parts } from '../parts.ts';
import { touchPlayer } from '../players.repository.ts';

export const handleAssignPlayerRole =
  ({ db, roles, now }: Parts): Handler<typeof assignPlayerRole> =>
  async ({ id, roleId, gameServerId = null, expiresAt }, caller) => {
    const role = await assignableRole(roles, caller.domainId, roleId);
    const gives = role.permissions.map(({ permission }) => permission.permission);
    // A function acts as ROOT, and must not make somebody else so.
    if (caller.claims?.kind === 'execution' && gives.includes('ROOT')) throw new ServiceError('PERMISSION_DENIED');
    const until = expiresAt === undefined ? null : new Date(expiresAt);
    await db
      .transaction(caller.domainId, async (tx) => {
        if ((await touchPlayer(tx.sql, id)).length === 0) throw new ServiceError('PLAYER_NOT_FOUND');
        const [assignment] = await tx.sql<{ id: string }>(
          `insert into {schema}."playerRole" ("id", "playerId", "roleId", "gameServerId", "expiresAt") values ($1, $2, $3, $4, $5)
           on conflict ("playerId", "roleId", "gameServerId") do update set "expiresAt" = excluded."expiresAt", "updatedAt" = now()
           returning "id"`,
          [newId(), id, roleId, gameServerId, until],
        );
        if (assignment && until) await tx.schedule({ kind: ROLE_EXPIRY, key: assignment.id, dueAt: until });
        else if (assignment) await tx.unschedule(ROLE_EXPIRY, assignment.id);
        const event = plainEvent(caller.domainId, 'role-assigned', now(), { role: { id: roleId, name: role.name } });
        await tx.tell({ ...event, ...causedBy(caller), playerId: id, gameServerId });
      })
      .catch(onConstraint('playerRole_roleId_fkey', 'ROLE_NOT_FOUND'))
      .catch((error: unknown) => refuseUnknownServer(error, gameServerId));
    return {};
  };

function refuseUnknownServer(error: unknown, gameServerId: string | null): never {
  try {
    return onConstraint('playerRole_gameServerId_fkey', 'GAMESERVER_NOT_FOUND')(error);
  } catch (translated) {
    if (!(translated instanceof ServiceError) || translated.code !== 'GAMESERVER_NOT_FOUND') throw translated;
    throw new ServiceError('GAMESERVER_NOT_FOUND', { params: { gameServerId: gameServerId ?? '' }, cause: error });
  }
}
