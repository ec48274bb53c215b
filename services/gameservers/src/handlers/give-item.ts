import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { giveItem } from '@takaro/contracts/gameservers/game-actions';
import { Uuid } from '@takaro/contracts/shapes';
import { matches } from '@takaro/contracts/validate';
import type { Parts } from '../parts.ts';
import { gameIdOf } from '../player-in-game.ts';

export const handleGiveItem =
  (parts: Parts): Handler<typeof giveItem> =>
  async ({ gameServerId, playerId, name, amount, quality }, { domainId }) => {
    // A UUID names an item that Takaro has stored, and it stores none yet.
    if (matches(Uuid, name)) throw new ServiceError('ITEM_NOT_FOUND');
    const gameId = await gameIdOf(parts, { domainId, gameServerId, playerId });
    await parts.askGame({ domainId, gameServerId }, ACTIONS.giveItem, { gameId, item: name, amount, quality });
    return {};
  };
