import type { Handler } from '@takaro/bus';
import type { deletePlayers } from '@takaro/contracts/players/removal';
import type { Parts } from '../parts.ts';
import { bulkRemoval, removePlayers } from '../remove-players.ts';

export const handleDeletePlayers =
  (parts: Parts): Handler<typeof deletePlayers> =>
  async ({ playerIds }, caller) =>
    bulkRemoval(playerIds, await removePlayers(parts, caller, playerIds), 'Player not found');
