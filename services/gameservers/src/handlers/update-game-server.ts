import type { Handler } from '@takaro/bus';
import type { updateGameServer } from '@takaro/contracts/gameservers/game-servers';
import { readConnectionInfo, sealConnectionInfo } from '../connection-info.ts';
import { gameServerEvent, statusEvent } from '../game-server-event.ts';
import { findGameServer, placeOf, shown, transaction } from '../game-server.repository.ts';
import type { Parts } from '../parts.ts';

export const handleUpdateGameServer =
  ({ context: { clock }, db, directory, vault }: Parts): Handler<typeof updateGameServer> =>
  async ({ id, name, type, connectionInfo: json, reachable, enabled }, caller) => {
    const { domainId } = caller;
    const connectionInfo = readConnectionInfo(type, json);
    const at = new Date(clock.now());
    const gameServer = await transaction(db, domainId, async (tx) => {
      const found = await findGameServer(tx.em, id);
      const statusChanges = reachable !== undefined && reachable !== found.reachable;
      found.name = name;
      found.type = type;
      found.connectionInfo = sealConnectionInfo(vault, connectionInfo, placeOf(domainId, id));
      found.reachable = reachable ?? found.reachable;
      found.enabled = enabled ?? found.enabled;
      await tx.tell(gameServerEvent(caller, { name: 'gameserver-updated', gameServerId: id, occurredAt: at }));
      if (statusChanges) await tx.tell(statusEvent(caller, id, { reachable: found.reachable, at }));
      return found;
    });
    directory.forget(domainId, id);
    return shown(gameServer, connectionInfo);
  };
