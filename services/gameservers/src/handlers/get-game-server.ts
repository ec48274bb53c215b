import type { Caller, Handler } from '@takaro/bus';
import type { getGameServer } from '@takaro/contracts/gameservers/game-servers';
import { openConnectionInfo } from '../connection-info.ts';
import { findGameServer, placeOf, shown } from '../game-server.repository.ts';
import type { Parts } from '../parts.ts';

const mayManage = ({ claims }: Caller): boolean =>
  claims?.permissions.some((code) => code === 'ROOT' || code === 'MANAGE_GAMESERVERS') ?? false;

export const handleGetGameServer =
  ({ db, vault }: Parts): Handler<typeof getGameServer> =>
  async ({ id }, caller) => {
    const gameServer = await findGameServer(await db.em(caller.domainId), id);
    if (!mayManage(caller)) return shown(gameServer);
    return shown(gameServer, openConnectionInfo(vault, gameServer.connectionInfo, placeOf(caller.domainId, id)));
  };
