import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { deletePlayer } from '@takaro/contracts/players/removal';
import type { Parts } from '../parts.ts';
import { removePlayers } from '../remove-players.ts';

export const handleDeletePlayer =
  (parts: Parts): Handler<typeof deletePlayer> =>
  async ({ id }, caller) => {
    const removed = await removePlayers(parts, caller, [id]);
    if (removed.size === 0) throw new ServiceError('PLAYER_NOT_FOUND');
    return {};
  };
