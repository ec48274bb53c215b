import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { GameServerOutput } from '@takaro/contracts/gameservers/shapes';
import { GameServer } from './game-server.entity.ts';
import { shown } from './game-server.repository.ts';

/** For relations to game servers, removed ones too. */
export async function gameServersById(
  em: SqlEntityManager,
  ids: readonly (string | null | undefined)[],
): Promise<Map<string, GameServerOutput>> {
  const wanted = [...new Set(ids.filter((id) => typeof id === 'string'))];
  const found = wanted.length === 0 ? [] : await em.find(GameServer, { id: { $in: wanted } });
  return new Map(found.map((gameServer) => [gameServer.id, shown(gameServer)]));
}
