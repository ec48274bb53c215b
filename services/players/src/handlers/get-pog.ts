import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getPog } from '@takaro/contracts/players/pog-rest';
import { type Parts, sqlOf } from '../parts.ts';
import { findPogOfPlayer } from '../players.repository.ts';
import { readPogDetail } from '../pog-detail.ts';

export const handleGetPog =
  (parts: Parts): Handler<typeof getPog> =>
  async ({ gameServerId, playerId }, { domainId }) => {
    const sql = sqlOf(parts.db, domainId);
    const pog = await findPogOfPlayer(sql, playerId, gameServerId);
    if (!pog) throw new ServiceError('POG_NOT_FOUND');
    return readPogDetail(sql, pog, await parts.roles.shown(domainId), parts.now());
  };
