import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getGamesOfPlayer } from '@takaro/contracts/players/in-games';
import { type Parts, sqlOf } from '../parts.ts';
import { findPlayer, findPogsOfPlayers } from '../players.repository.ts';

export const handleGetGamesOfPlayer =
  ({ db }: Parts): Handler<typeof getGamesOfPlayer> =>
  async ({ playerId }, { domainId }) => {
    const sql = sqlOf(db, domainId);
    if (!(await findPlayer(sql, playerId))) throw new ServiceError('PLAYER_NOT_FOUND');
    const pogs = await findPogsOfPlayers(sql, [playerId]);
    return pogs.map(({ gameServerId, gameId }) => ({ playerId, gameServerId, gameId }));
  };
