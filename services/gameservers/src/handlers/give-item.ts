import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { giveItem } from '@takaro/contracts/gameservers/game-actions';
import { Uuid } from '@takaro/contracts/shapes';
import { matches } from '@takaro/contracts/validate';
import type { Target } from '../ask-game.ts';
import type { Parts } from '../parts.ts';
import { gameIdOf } from '../player-in-game.ts';

export const handleGiveItem =
  (parts: Parts): Handler<typeof giveItem> =>
  async ({ gameServerId, playerId, name, amount, quality }, { domainId }) => {
    const target = { domainId, gameServerId };
    const gameId = await gameIdOf(parts, { ...target, playerId });
    const item = matches(Uuid, name) ? await codeOf(parts, target, name) : name;
    await parts.askGame(target, ACTIONS.giveItem, { gameId, item, amount, quality });
    return {};
  };

/** Of an item that this game has. */
async function codeOf({ db }: Parts, { domainId, gameServerId }: Target, itemId: string): Promise<string> {
  const [item] = await db.sql<{ code: string }>(domainId, 'select "code" from {schema}."item" where "id" = $1 and "gameServerId" = $2', [
    itemId,
    gameServerId,
  ]);
  if (!item) throw new ServiceError('ITEM_NOT_FOUND');
  return item.code;
}
