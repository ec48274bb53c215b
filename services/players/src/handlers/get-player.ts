import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getPlayer } from '@takaro/contracts/players/rest';
import { expireFound } from '../expire-roles.ts';
import { type Parts, sqlOf } from '../parts.ts';
import { readWholePlayer } from '../read-player.ts';
import { playerSnapshot } from '../snapshots.ts';

export const handleGetPlayer =
  (parts: Parts): Handler<typeof getPlayer> =>
  async ({ id }, { domainId }) => {
    const { db, roles, now } = parts;
    const book = await roles.shown(domainId);
    const found = await readWholePlayer(sqlOf(db, domainId), id);
    if (!found) throw new ServiceError('PLAYER_NOT_FOUND');
    const { player, assignments, nameHistory, ipHistory } = found;
    const holdings = { assignments, roles: book, now: new Date(now()) };
    await expireFound(parts, domainId, holdings);
    return { ...playerSnapshot(player, holdings), nameHistory, ipHistory };
  };
