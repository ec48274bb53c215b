import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { teleportPlayer } from '@takaro/contracts/gameservers/game-actions';
import type { Parts } from '../parts.ts';
import { gameIdOf } from '../player-in-game.ts';

export const handleTeleportPlayer =
  (parts: Parts): Handler<typeof teleportPlayer> =>
  async ({ gameServerId, playerId, x, y, z, dimension }, { domainId }) => {
    const gameId = await gameIdOf(parts, { domainId, gameServerId, playerId });
    const [wholeX, wholeY, wholeZ] = [Math.round(x), Math.round(y), Math.round(z)];
    const place = { x: wholeX, y: wholeY, z: wholeZ, ...(dimension !== undefined && { dimension }) };
    await parts.askGame({ domainId, gameServerId }, ACTIONS.teleportPlayer, { gameId, ...place });
    return {};
  };
