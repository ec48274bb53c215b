import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import type { ItemOutput } from '@takaro/contracts/gameservers/shapes';
import { searchPage } from '@takaro/tenant-db';
import { Item, itemOutput } from '../catalogue/catalogue.entity.ts';
import { GameServer } from '../game-server.entity.ts';
import { shown } from '../game-server.repository.ts';
import type { Parts } from '../parts.ts';

/** More would not fit into an answer. */
const ITEMS_MOST = 100_000;

/** The relation `players` lives in another service; whoever composes the answer adds it. */
export const handleSearchGameServers =
  ({ db }: Parts): Handler<typeof searchGameServers> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, GameServer, input, { where: { deletedAt: null } });
    const found = rows.map((row) => shown(row));
    if (!input.extend?.includes('items')) return { ...page, rows: found };
    const items = await itemsOf(
      em,
      found.map(({ id }) => id),
    );
    return { ...page, rows: found.map((row) => ({ ...row, items: items.get(row.id) ?? [] })) };
  };

async function itemsOf(em: SqlEntityManager, gameServerIds: readonly string[]): Promise<Map<string, ItemOutput[]>> {
  const found = await em.find(
    Item,
    { gameServerId: { $in: [...gameServerIds] } },
    { orderBy: { gameServerId: 'asc', code: 'asc' }, limit: ITEMS_MOST + 1 },
  );
  if (found.length > ITEMS_MOST) throw new ServiceError('REPLY_TOO_LARGE');
  return Map.groupBy(
    found.map((item) => itemOutput(item)),
    ({ gameserverId }) => gameserverId,
  );
}
