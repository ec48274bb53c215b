import type { Handler } from '@takaro/bus';
import type { searchPogs } from '@takaro/contracts/players/pog-rest';
import { searchIds } from '@takaro/tenant-db';
import { type Parts, sqlOf } from '../parts.ts';
import { PogEntity } from '../player-on-game-server.entity.ts';
import { findPogs } from '../players.repository.ts';
import { playerOutput } from '../rows.ts';
import { pogSnapshot, readHoldings } from '../snapshots.ts';

export const handleSearchPogs =
  ({ db, roles, now }: Parts): Handler<typeof searchPogs> =>
  async (input, { domainId }) => {
    const { rows, ...page } = await searchIds(await db.em(domainId), PogEntity, input);
    const sql = sqlOf(db, domainId);
    const found = await findPogs(
      sql,
      rows.map(({ id }) => id),
    );
    const playerIds = found.map(({ playerId }) => playerId);
    const { players, holdings } = await readHoldings(sql, playerIds, await roles.shown(domainId), now());
    const pogs = new Map(found.map((pog) => [pog.id, pog]));
    const extended = input.extend?.includes('player') ?? false;
    return {
      ...page,
      rows: rows.flatMap(({ id }) => {
        const pog = pogs.get(id);
        const player = extended && pog ? players.get(pog.playerId) : undefined;
        return pog ? [{ ...pogSnapshot(pog, holdings), ...(player && { player: playerOutput(player) }) }] : [];
      }),
    };
  };
