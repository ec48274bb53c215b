import { newId } from '@takaro/contracts/ids';
import { bestMatch, contradicts, missingIds, namesSomebody } from './platform-ids.ts';
import { findPlayer, findPogByGameId, findPogOfPlayer } from './players.repository.ts';
import type { PlayerRow, PogRow, Sql } from './rows.ts';
import type { Sighting } from './sighting.ts';
import { rememberAddress, rememberName } from './write-sighting.ts';

export interface Identity {
  readonly pog: PogRow;
  readonly isNewPlayer: boolean;
  readonly isNewPog: boolean;
}

/**
 * Finds who a sighting shows, or makes them: player, player on this game server, and the ids that were not known. One at a time in a
 * domain, since most ids are not unique by themselves. Null when nobody is known and no id names anybody.
 */
export async function createIdentity(sql: Sql, domainId: string, sighting: Sighting): Promise<Identity | null> {
  await sql(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`takaro-players-${domainId}`]);
  const { gameServerId, who, ids } = sighting;
  const holder = await findPogByGameId(sql, gameServerId, who.gameId);
  const known = (await findByIds(sql, sighting)) ?? (await holderUnlessContradicted(sql, holder, sighting));
  if (!known && !namesSomebody(ids)) return null;
  const player = known ?? (await insertPlayer(sql, sighting));
  if (known) await fillIds(sql, known, sighting);
  if (holder && holder.playerId !== player.id) await takeGameId(sql, holder);
  const own = await findPogOfPlayer(sql, player.id, gameServerId);
  const pog = own ? await giveGameId(sql, own, who.gameId) : await insertPog(sql, player.id, sighting);
  return { pog, isNewPlayer: !known, isNewPog: !own };
}

async function findByIds(sql: Sql, { ids }: Sighting): Promise<PlayerRow | undefined> {
  if (!namesSomebody(ids)) return undefined;
  const players = await sql<PlayerRow>(
    `select * from {schema}."player" where "platformId" = $1 or "steamId" = $2 or "epicOnlineServicesId" = $3 or "xboxLiveId" = $4
     order by "createdAt", "id"`,
    [ids.platformId, ids.steamId, ids.epicOnlineServicesId, ids.xboxLiveId],
  );
  return bestMatch(players, ids);
}

async function holderUnlessContradicted(sql: Sql, holder: PogRow | undefined, { ids }: Sighting): Promise<PlayerRow | undefined> {
  const player = holder && (await findPlayer(sql, holder.playerId));
  return player && !contradicts(player, ids) ? player : undefined;
}

async function insertPlayer(sql: Sql, { ids, who, moment }: Sighting): Promise<PlayerRow> {
  const [player] = await sql<PlayerRow>(
    `insert into {schema}."player"
       ("id", "platformId", "steamId", "epicOnlineServicesId", "xboxLiveId", "name", "nameAt", "nameSeq")
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning *`,
    [newId(), ids.platformId, ids.steamId, ids.epicOnlineServicesId, ids.xboxLiveId, who.name, moment.at, moment.seq],
  );
  if (!player) throw new Error('an insert answered no row');
  await rememberName(sql, player.id, who.name);
  return player;
}

/** Ids only ever fill gaps. A platform id that another player has stays theirs. */
async function fillIds(sql: Sql, player: PlayerRow, { ids }: Sighting): Promise<void> {
  if (missingIds(player, ids).length === 0) return;
  await sql(
    `update {schema}."player" p set
       "platformId" = coalesce(p."platformId", (select $2::text where not exists (select from {schema}."player" where "platformId" = $2))),
       "steamId" = coalesce(p."steamId", $3), "epicOnlineServicesId" = coalesce(p."epicOnlineServicesId", $4),
       "xboxLiveId" = coalesce(p."xboxLiveId", $5), "revision" = p."revision" + 1, "updatedAt" = now()
     where p."id" = $1`,
    [player.id, ids.platformId, ids.steamId, ids.epicOnlineServicesId, ids.xboxLiveId],
  );
}

/** The game gave the id to somebody else: who had it keeps everything but the id. */
const takeGameId = (sql: Sql, holder: PogRow): Promise<unknown[]> =>
  sql(
    `update {schema}."playerOnGameServer" set "gameId" = "gameId" || '~' || "id", "online" = false, "onlineSince" = null,
       "revision" = "revision" + 1, "updatedAt" = now() where "id" = $1`,
    [holder.id],
  );

async function giveGameId(sql: Sql, pog: PogRow, gameId: string): Promise<PogRow> {
  if (pog.gameId === gameId) return pog;
  const [moved] = await sql<PogRow>(
    `update {schema}."playerOnGameServer" set "gameId" = $2, "revision" = "revision" + 1, "updatedAt" = now() where "id" = $1 returning *`,
    [pog.id, gameId],
  );
  return moved ?? pog;
}

async function insertPog(sql: Sql, playerId: string, { gameServerId, who, moment, online }: Sighting): Promise<PogRow> {
  const [pog] = await sql<PogRow>(
    `insert into {schema}."playerOnGameServer"
       ("id", "playerId", "gameServerId", "gameId", "ip", "ping", "online", "onlineSince", "lastSeen", "stateAt", "stateSeq")
     values ($1, $2, $3, $4, $5, $6, $7, case when $7 then $8::timestamptz end, $8, $8, $9) returning *`,
    [newId(), playerId, gameServerId, who.gameId, who.ip ?? null, who.ping ?? null, online, moment.at, moment.seq],
  );
  if (!pog) throw new Error('an insert answered no row');
  if (who.ip !== undefined) await rememberAddress(sql, playerId, gameServerId, who.ip);
  return pog;
}
