import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { ServiceError } from '@takaro/contracts/errors';
import type { GameServerOutput } from '@takaro/contracts/gameservers/shapes';
import { newId } from '@takaro/contracts/ids';
import { settingsIdOf } from '@takaro/contracts/settings';
import { onUnique, type TenantDb, type Tx } from '@takaro/tenant-db';
import type { ConnectionInfo } from './connection-info.ts';
import { GameServer } from './game-server.entity.ts';

/** One that is not deleted. @throws ServiceError GAMESERVER_NOT_FOUND */
export async function findGameServer(em: SqlEntityManager, gameServerId: string): Promise<GameServer> {
  const found = await em.findOne(GameServer, { id: gameServerId, deletedAt: null });
  if (!found) throw new ServiceError('GAMESERVER_NOT_FOUND', { params: { gameServerId } });
  return found;
}

export interface KnownGameServer {
  readonly id: string;
  readonly enabled: boolean;
  /** Microseconds of the database's clock: which of two introductions was later. */
  readonly order: number;
}

const ORDER = `floor(extract(epoch from clock_timestamp()) * 1000000)::float8 as "order"`;

export async function findByIdentityToken(sql: Tx['sql'], identityToken: string): Promise<KnownGameServer | undefined> {
  const [found] = await sql<KnownGameServer>(
    `select "id", "enabled", ${ORDER} from {schema}."gameServer" where "identityToken" = $1 and "deletedAt" is null`,
    [identityToken],
  );
  return found;
}

type NewGameServer = Pick<GameServer, 'id' | 'name' | 'type' | 'connectionInfo' | 'reachable' | 'identityToken'>;

/**
 * Adds a game server with its settings. Additions to one domain wait for each other, so that two of them cannot both be the last one
 * that is allowed. @throws ServiceError MAX_GAMESERVERS_REACHED
 */
export async function addGameServer(tx: Tx, fresh: NewGameServer, maxGameServers: number): Promise<GameServer> {
  await lockAdditions(tx);
  const count = await tx.em.count(GameServer, { deletedAt: null });
  if (count >= maxGameServers) throw new ServiceError('MAX_GAMESERVERS_REACHED');
  const gameServer = tx.em.create(GameServer, { ...fresh, enabled: true, deletedAt: null });
  await tx.em.flush();
  await tx.sql('insert into {schema}."gameServerSettings" ("id", "gameServerId", "settingsId") values ($1, $2, $3)', [
    newId(),
    gameServer.id,
    settingsIdOf(tx.domainId),
  ]);
  return gameServer;
}

export const lockAdditions = (tx: Tx): Promise<unknown> =>
  tx.sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`gameServer/${tx.domainId}`]);

/** A name or an identity token that another server has is GAMESERVER_TAKEN. */
export const transaction = <T>(db: TenantDb, domainId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
  db
    .transaction(domainId, work)
    .catch(onUnique('gameServer_name_unique', 'GAMESERVER_TAKEN'))
    .catch(onUnique('gameServer_identityToken_unique', 'GAMESERVER_TAKEN'));

/** What is shown of a game server; its connection details only where they are handed in. */
export const shown = (gameServer: GameServer, connectionInfo: ConnectionInfo = {}): GameServerOutput => ({
  name: gameServer.name,
  type: gameServer.type,
  connectionInfo,
  reachable: gameServer.reachable,
  enabled: gameServer.enabled,
  identityToken: gameServer.identityToken ?? null,
  deletedAt: gameServer.deletedAt?.toISOString() ?? null,
  id: gameServer.id,
  createdAt: gameServer.createdAt.toISOString(),
  updatedAt: gameServer.updatedAt.toISOString(),
});

export const placeOf = (domainId: string, gameServerId: string): string => `${domainId}/${gameServerId}`;
