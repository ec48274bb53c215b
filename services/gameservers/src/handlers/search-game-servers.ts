import type { Handler } from '@takaro/bus';
import type { searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { searchPage } from '@takaro/tenant-db';
import { GameServer } from '../game-server.entity.ts';
import { shown } from '../game-server.repository.ts';
import type { Parts } from '../parts.ts';

/** Relations that `extend` names live in other services; whoever composes the answer adds them. */
export const handleSearchGameServers =
  ({ db }: Parts): Handler<typeof searchGameServers> =>
  async (input, { domainId }) => {
    const page = await searchPage(await db.em(domainId), GameServer, input, { where: { deletedAt: null } });
    return { ...page, rows: page.rows.map((row) => shown(row)) };
  };
