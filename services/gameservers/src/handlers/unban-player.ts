import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { unbanPlayer } from '@takaro/contracts/gameservers/game-actions';
import { unbannedEvent } from '../bans/ban-events.ts';
import { takeBan } from '../bans/ban.repository.ts';
import type { Parts } from '../parts.ts';
import { gameIdOf } from '../player-in-game.ts';

export const handleUnbanPlayer =
  (parts: Parts): Handler<typeof unbanPlayer> =>
  async ({ gameServerId, playerId }, caller) => {
    const { domainId } = caller;
    const gameId = await gameIdOf(parts, { domainId, gameServerId, playerId });
    await parts.askGame({ domainId, gameServerId }, ACTIONS.unbanPlayer, { gameId });
    await parts.db.transaction(domainId, async (tx) => {
      const [ban] = await tx.sql<{ id: string }>(
        'select "id" from {schema}."ban" where "gameServerId" = $1 and "playerId" = $2 for update',
        [gameServerId, playerId],
      );
      if (ban) await tx.tell(unbannedEvent(caller, await takeBan(tx, ban.id), new Date(parts.context.clock.now())));
    });
    return {};
  };
