import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { kickPlayer } from '@takaro/contracts/gameservers/game-actions';
import type { Parts } from '../parts.ts';
import { gameIdOf } from '../player-in-game.ts';

export const handleKickPlayer =
  (parts: Parts): Handler<typeof kickPlayer> =>
  async ({ gameServerId, playerId, reason }, { domainId }) => {
    const gameId = await gameIdOf(parts, { domainId, gameServerId, playerId });
    await parts.askGame({ domainId, gameServerId }, ACTIONS.kickPlayer, { gameId, reason });
    return {};
  };
