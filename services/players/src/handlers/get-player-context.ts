import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getPlayerContext } from '@takaro/contracts/players/internal';
import { type Parts, sqlOf } from '../parts.ts';
import { findPogOfPlayer } from '../players.repository.ts';
import { playerOutput } from '../rows.ts';
import { playerSnapshot, pogSnapshot, readHoldings } from '../snapshots.ts';

export const handleGetPlayerContext =
  ({ db, roles, now }: Parts): Handler<typeof getPlayerContext> =>
  async ({ playerId, gameServerId }, { domainId }) => {
    const sql = sqlOf(db, domainId);
    const { players, holdings } = await readHoldings(sql, [playerId], await roles.of(domainId), now());
    const player = players.get(playerId);
    if (!player) throw new ServiceError('PLAYER_NOT_FOUND');
    const pog = await findPogOfPlayer(sql, playerId, gameServerId);
    return {
      player: playerSnapshot(player, holdings),
      pog: pog ? { ...pogSnapshot(pog, holdings), player: playerOutput(player) } : null,
    };
  };
