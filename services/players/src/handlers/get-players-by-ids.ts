import type { Handler } from '@takaro/bus';
import type { getPlayersByIds } from '@takaro/contracts/players/internal';
import { type Parts, sqlOf } from '../parts.ts';
import { playerSnapshot, readHoldings } from '../snapshots.ts';

export const handleGetPlayersByIds =
  ({ db, roles, now }: Parts): Handler<typeof getPlayersByIds> =>
  async ({ ids }, { domainId }) => {
    const { players, holdings } = await readHoldings(sqlOf(db, domainId), ids, await roles.shown(domainId), now());
    return [...players.values()].map((player) => playerSnapshot(player, holdings));
  };
