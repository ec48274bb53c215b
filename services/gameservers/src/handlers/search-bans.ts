import type { Handler } from '@takaro/bus';
import type { searchBans } from '@takaro/contracts/gameservers/bans';
import { searchPage } from '@takaro/tenant-db';
import { BanEntity, banOutput } from '../bans/ban.entity.ts';
import { gameServersById } from '../game-servers-by-id.ts';
import type { Parts } from '../parts.ts';

/** The relation `player` lives in another service; whoever composes the answer adds it. */
export const handleSearchBans =
  ({ db }: Parts): Handler<typeof searchBans> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, BanEntity, input);
    const bans = rows.map((row) => banOutput(row));
    if (!input.extend?.includes('gameServer')) return { ...page, rows: bans };
    const gameServers = await gameServersById(
      em,
      bans.map(({ gameServerId }) => gameServerId),
    );
    return { ...page, rows: bans.map((ban) => ({ ...ban, gameServer: gameServers.get(ban.gameServerId ?? '') ?? null })) };
  };
