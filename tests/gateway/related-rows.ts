import type { SimulatedPlayer } from '@takaro/testing/simulated-game-server/world';
import { expect } from 'vitest';
import type { Rest } from './rest-world.ts';

type Row = Readonly<Record<string, unknown>>;
type Table = 'ban' | 'gameServer' | 'item' | 'player';

/** The columns that every row ends with, as the database has them. */
export async function rowOf({ id: domainId, world }: Pick<Rest, 'id' | 'world'>, table: Table, id: string): Promise<Row> {
  const rows = await world.adminSql<{ createdAt: Date; updatedAt: Date }>(
    `select "createdAt", "updatedAt" from "domain_${domainId}"."${table}" where "id" = $1`,
    [id],
  );
  return { id, createdAt: rows[0]?.createdAt.toISOString(), updatedAt: rows[0]?.updatedAt.toISOString() };
}

/** A game server that introduced itself and stayed, as relations to it show it. */
export const gameServerRow = async (rest: Rest, id: string, name: string): Promise<Row> => ({
  name,
  type: 'GENERIC',
  connectionInfo: {},
  reachable: true,
  enabled: true,
  identityToken: name,
  deletedAt: null,
  ...(await rowOf(rest, 'gameServer', id)),
});

/** What is known of somebody whom nobody asked Steam about and who never left. */
export const unknown = {
  xboxLiveId: null,
  epicOnlineServicesId: null,
  steamAvatar: null,
  steamAccountCreated: null,
  steamCommunityBanned: null,
  steamEconomyBan: null,
  steamVacBanned: null,
  steamsDaysSinceLastBan: null,
  steamNumberOfVACBans: null,
  steamLevel: null,
  steamLastFetch: null,
  playtimeSeconds: 0,
};

/** Such a player as relations show them: without what they may do. */
export const playerRow = async (rest: Rest, id: string, { name, steamId }: SimulatedPlayer): Promise<Row> => ({
  name,
  steamId,
  platformId: `steam:${steamId}`,
  ...unknown,
  ...(await rowOf(rest, 'player', id)),
});

/** A user as `GET /user/{id}` shows it, but for the roles; every request that they make moves `lastSeen` on. */
export async function userRow({ ask }: Rest, id: string): Promise<Row> {
  const { roles: _roles, ...user } = (await ask('GET', `/user/${id}`)).body.data;
  return { ...user, lastSeen: expect.any(String) };
}

/** How a game tells of a player. */
export const gamePlayer = ({ gameId, name, steamId, ip }: SimulatedPlayer) => ({
  gameId,
  name,
  steamId,
  platformId: `steam:${steamId}`,
  ip,
  ping: 20,
});

/** The id of the only player of this name. */
export async function playerNamed({ ask }: Pick<Rest, 'ask'>, name: string): Promise<string> {
  const { data } = (await ask('POST', '/player/search', { body: { filters: { name: [name] } } })).body;
  expect(data).toHaveLength(1);
  return data[0].id;
}
