import type { Handler } from '@takaro/bus';
import type { deletePogs } from '@takaro/contracts/players/removal';
import type { Parts } from '../parts.ts';
import { bulkRemoval, removePogs } from '../remove-players.ts';

export const handleDeletePogs =
  (parts: Parts): Handler<typeof deletePogs> =>
  async ({ gameServerId, playerIds }, caller) =>
    bulkRemoval(playerIds, await removePogs(parts, caller, gameServerId, playerIds), 'Player not found on this game server');
