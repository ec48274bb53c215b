import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { createGameServer } from '@takaro/contracts/gameservers/game-servers';
import { newId } from '@takaro/contracts/ids';
import { getDomainLimits } from '@takaro/contracts/tenancy/internal';
import { readConnectionInfo, sealConnectionInfo } from '../connection-info.ts';
import { gameServerEvent } from '../game-server-event.ts';
import { addGameServer, placeOf, shown, transaction } from '../game-server.repository.ts';
import { scheduleSync } from '../jobs/schedule-sync.ts';
import type { Parts } from '../parts.ts';

export const handleCreateGameServer =
  ({ context: { bus, clock }, db, vault }: Parts): Handler<typeof createGameServer> =>
  async ({ name, type, connectionInfo: json, identityToken }, caller) => {
    const { domainId } = caller;
    const connectionInfo = readConnectionInfo(type, json);
    if (type === 'GENERIC' && identityToken === undefined) throw new ServiceError('IDENTITY_TOKEN_REQUIRED');
    const { maxGameservers } = await bus.call(getDomainLimits, {}, { domainId, token: await bus.serviceToken(domainId) });
    const id = newId();
    const fresh = {
      id,
      name,
      type,
      connectionInfo: sealConnectionInfo(vault, connectionInfo, placeOf(domainId, id)),
      // Published behaviour: a GENERIC server counts as reachable until it was seen to be gone.
      reachable: type === 'GENERIC',
      identityToken: identityToken ?? null,
    };
    const gameServer = await transaction(db, domainId, async (tx) => {
      const added = await addGameServer(tx, fresh, maxGameservers);
      const occurredAt = new Date(clock.now());
      await tx.tell(gameServerEvent(caller, { name: 'gameserver-created', gameServerId: id, occurredAt }));
      await scheduleSync(tx, id, occurredAt);
      return added;
    });
    return shown(gameServer, connectionInfo);
  };
