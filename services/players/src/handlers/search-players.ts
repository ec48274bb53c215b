import type { Handler } from '@takaro/bus';
import type { searchPlayers } from '@takaro/contracts/players/rest';
import type { PlayerSnapshot } from '@takaro/contracts/players/shapes';
import { searchIds } from '@takaro/tenant-db';
import { expireFound } from '../expire-roles.ts';
import { type Parts, sqlOf } from '../parts.ts';
import { PlayerEntity } from '../player.entity.ts';
import { findPogsOfPlayers } from '../players.repository.ts';
import { withAnyRole } from '../role-filter.ts';
import { pogOutput, type PogRow } from '../rows.ts';
import { playerSnapshot, readHoldings } from '../snapshots.ts';

export const handleSearchPlayers =
  (parts: Parts): Handler<typeof searchPlayers> =>
  async (input, { domainId }) => {
    const { db, roles, now } = parts;
    const sql = sqlOf(db, domainId);
    const book = await roles.shown(domainId);
    const where = withAnyRole(domainId, input, book, new Date(now()));
    const { rows, ...page } = await searchIds(await db.em(domainId), PlayerEntity, input, where ? { where } : {});
    const ids = rows.map(({ id }) => id);
    const { players, holdings } = await readHoldings(sql, ids, book, now());
    await expireFound(parts, domainId, holdings);
    const extend = input.extend ?? [];
    const pogs = extend.some((name) => OF_POGS.has(name)) ? await findPogsOfPlayers(sql, ids) : [];
    return {
      ...page,
      rows: ids.flatMap((id) => {
        const player = players.get(id);
        if (!player) return [];
        const snapshot = playerSnapshot(player, holdings);
        const own = pogs.filter(({ playerId }) => playerId === id);
        return [{ ...snapshot, ...relationsOf(extend, snapshot, own) }];
      }),
    };
  };

const OF_POGS: ReadonlySet<string> = new Set(['playerOnGameServers', 'gameServers']);

/** The assignments are always there. */
const relationsOf = (extend: readonly string[], { roleAssignments }: PlayerSnapshot, pogs: readonly PogRow[]) => ({
  ...(extend.includes('playerOnGameServers') && { playerOnGameServers: pogs.map(pogOutput) }),
  ...(extend.includes('gameServers') && { gameServerIds: pogs.map(({ gameServerId }) => gameServerId) }),
  ...(extend.includes('roles') && { roles: [...new Map(roleAssignments.map(({ role }) => [role.id, role])).values()] }),
});
