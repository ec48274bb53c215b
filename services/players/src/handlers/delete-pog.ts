import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { deletePog } from '@takaro/contracts/players/removal';
import type { Parts } from '../parts.ts';
import { removePogs } from '../remove-players.ts';

export const handleDeletePog =
  (parts: Parts): Handler<typeof deletePog> =>
  async ({ gameServerId, playerId }, caller) => {
    const removed = await removePogs(parts, caller, gameServerId, [playerId]);
    if (removed.size === 0) throw new ServiceError('POG_NOT_FOUND');
    return {};
  };
