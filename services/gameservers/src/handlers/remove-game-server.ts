import type { Handler } from '@takaro/bus';
import type { removeGameServer } from '@takaro/contracts/gameservers/game-servers';
import { gameServerEvent } from '../game-server-event.ts';
import { findGameServer } from '../game-server.repository.ts';
import { forgetHolder } from '../holders.ts';
import type { Parts } from '../parts.ts';
import { schedulePlayersOffline } from '../players-offline.ts';

export const handleRemoveGameServer =
  ({ context: { clock }, db, directory }: Parts): Handler<typeof removeGameServer> =>
  async ({ id }, caller) => {
    const at = new Date(clock.now());
    await db.transaction(caller.domainId, async (tx) => {
      const found = await findGameServer(tx.em, id);
      found.deletedAt = at;
      found.reachable = false;
      await forgetHolder(tx, id);
      await schedulePlayersOffline(tx, id, { at, afterMs: 0 });
      await tx.tell(gameServerEvent(caller, { name: 'gameserver-deleted', gameServerId: id, occurredAt: at }));
    });
    directory.forget(caller.domainId, id);
    return {};
  };
