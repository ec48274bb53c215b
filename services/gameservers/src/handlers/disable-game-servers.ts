import type { Handler } from '@takaro/bus';
import type { disableGameServers } from '@takaro/contracts/gameservers/internal';
import { gameServerEvent } from '../game-server-event.ts';
import { GameServer } from '../game-server.entity.ts';
import { forgetHolder } from '../holders.ts';
import type { Parts } from '../parts.ts';
import { schedulePlayersOffline } from '../players-offline.ts';

export const handleDisableGameServers =
  ({ context: { clock }, db, directory }: Parts): Handler<typeof disableGameServers> =>
  async (_input, caller) => {
    const at = new Date(clock.now());
    const removed = await db.transaction(caller.domainId, async (tx) => {
      const present = await tx.em.find(GameServer, { deletedAt: null });
      for (const gameServer of present) {
        gameServer.deletedAt = at;
        gameServer.reachable = false;
        await forgetHolder(tx, gameServer.id);
        await schedulePlayersOffline(tx, gameServer.id, { at, afterMs: 0 });
        await tx.tell(gameServerEvent(caller, { name: 'gameserver-deleted', gameServerId: gameServer.id, occurredAt: at }));
      }
      return present;
    });
    for (const { id } of removed) directory.forget(caller.domainId, id);
    return { removed: removed.length };
  };
