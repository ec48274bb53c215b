import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { banPlayer } from '@takaro/contracts/gameservers/game-actions';
import { bannedEvent } from '../bans/ban-events.ts';
import { banFields, banTransaction, putBan } from '../bans/ban.repository.ts';
import { banArgs } from '../bans/live-bans.ts';
import type { Parts } from '../parts.ts';
import { gameIdOf } from '../player-in-game.ts';

export const handleBanPlayer =
  (parts: Parts): Handler<typeof banPlayer> =>
  async ({ gameServerId, playerId, reason, expiresAt }, caller) => {
    const { domainId } = caller;
    const gameId = await gameIdOf(parts, { domainId, gameServerId, playerId });
    const fields = banFields({ gameServerId, playerId, reason, until: expiresAt });
    await parts.askGame({ domainId, gameServerId }, ACTIONS.banPlayer, banArgs(gameId, fields));
    await banTransaction(parts.db, domainId, async (tx) => {
      const ban = await putBan(tx, fields);
      await tx.tell(bannedEvent(caller, ban, new Date(parts.context.clock.now())));
    });
    return {};
  };
