import type { Handler } from '@takaro/bus';
import type { searchItems } from '@takaro/contracts/gameservers/catalogue';
import { searchPage } from '@takaro/tenant-db';
import { Item, itemOutput, PUBLISHED } from '../catalogue/catalogue.entity.ts';
import { gameServersById } from '../game-servers-by-id.ts';
import type { Parts } from '../parts.ts';

export const handleSearchItems =
  ({ db }: Parts): Handler<typeof searchItems> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, Item, input, { columns: PUBLISHED, shortestFirst: 'code' });
    const items = rows.map((row) => itemOutput(row));
    if (!input.extend?.includes('gameserver')) return { ...page, rows: items };
    const gameServers = await gameServersById(
      em,
      items.map(({ gameserverId }) => gameserverId),
    );
    return { ...page, rows: items.map((item) => ({ ...item, gameserver: gameServers.get(item.gameserverId) ?? null })) };
  };
