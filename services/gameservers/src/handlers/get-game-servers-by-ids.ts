import type { Handler } from '@takaro/bus';
import type { getGameServersByIds } from '@takaro/contracts/gameservers/internal';
import { GameServer } from '../game-server.entity.ts';
import { shown } from '../game-server.repository.ts';
import type { Parts } from '../parts.ts';

export const handleGetGameServersByIds =
  ({ db }: Parts): Handler<typeof getGameServersByIds> =>
  async ({ ids }, { domainId }) => {
    const em = await db.em(domainId);
    const found = await em.find(GameServer, { id: { $in: ids } });
    return found.map((gameServer) => shown(gameServer));
  };
