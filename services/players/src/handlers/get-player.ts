import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getPlayer, PlayerWithHistory } from '@takaro/contracts/players/rest';
import { expireFound } from '../expire-roles.ts';
import { type Parts, sqlOf } from '../parts.ts';
import type { Sql } from '../rows.ts';
import { playerSnapshot, readHoldings } from '../snapshots.ts';

export const handleGetPlayer =
  (parts: Parts): Handler<typeof getPlayer> =>
  async ({ id }, { domainId }) => {
    const { db, roles, now } = parts;
    const sql = sqlOf(db, domainId);
    const { players, holdings } = await readHoldings(sql, [id], await roles.of(domainId), now());
    const player = players.get(id);
    if (!player) throw new ServiceError('PLAYER_NOT_FOUND');
    await expireFound(parts, domainId, holdings);
    return { ...playerSnapshot(player, holdings), nameHistory: await readNames(sql, id), ipHistory: await readAddresses(sql, id) };
  };

const NEWEST = 'where "playerId" = $1 order by "createdAt" desc, "id" desc limit 10';

async function readNames(sql: Sql, playerId: string): Promise<PlayerWithHistory['nameHistory']> {
  const rows = await sql<{ id: string; name: string; createdAt: Date; updatedAt: Date }>(
    `select "id", "name", "createdAt", "updatedAt" from {schema}."nameHistory" ${NEWEST}`,
    [playerId],
  );
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }));
}

type Address = PlayerWithHistory['ipHistory'][number];

async function readAddresses(sql: Sql, playerId: string): Promise<Address[]> {
  const rows = await sql<Omit<Address, 'createdAt'> & { createdAt: Date }>(
    `select "ip", "country", "city", "latitude", "longitude", "createdAt" from {schema}."ipHistory" ${NEWEST}`,
    [playerId],
  );
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
