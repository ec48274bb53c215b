import type { AssignmentRow, PlayerRow, PogRow, Sql } from './rows.ts';

const PLAYER = '{schema}."player"';
const POG = '{schema}."playerOnGameServer"';

export const findPlayers = (sql: Sql, ids: readonly string[]): Promise<PlayerRow[]> =>
  sql(`select * from ${PLAYER} where "id" = any($1::uuid[])`, [ids]);

export async function findPlayer(sql: Sql, id: string): Promise<PlayerRow | undefined> {
  const [player] = await findPlayers(sql, [id]);
  return player;
}

export const findPogs = (sql: Sql, ids: readonly string[]): Promise<PogRow[]> =>
  sql(`select * from ${POG} where "id" = any($1::uuid[])`, [ids]);

export const findPogsOfPlayers = (sql: Sql, playerIds: readonly string[]): Promise<PogRow[]> =>
  sql(`select * from ${POG} where "playerId" = any($1::uuid[]) order by "id"`, [playerIds]);

export async function findPogOfPlayer(sql: Sql, playerId: string, gameServerId: string): Promise<PogRow | undefined> {
  const [pog] = await sql<PogRow>(`select * from ${POG} where "playerId" = $1 and "gameServerId" = $2`, [playerId, gameServerId]);
  return pog;
}

export async function findPogByGameId(sql: Sql, gameServerId: string, gameId: string): Promise<PogRow | undefined> {
  const [pog] = await sql<PogRow>(`select * from ${POG} where "gameServerId" = $1 and "gameId" = $2`, [gameServerId, gameId]);
  return pog;
}

/** What tells whether a cached snapshot still holds: one row by a unique key, no commit. */
export interface Revisions {
  readonly pogId: string;
  readonly pogRevision: number;
  readonly playerRevision: number;
}

interface RevisionsRow extends Revisions {
  readonly gameId: string;
}

/** By the ids within the game; of who is not known there is none. */
export async function findRevisions(sql: Sql, gameServerId: string, gameIds: readonly string[]): Promise<Map<string, Revisions>> {
  const rows = await sql<RevisionsRow>(
    `select g."gameId", g."id" as "pogId", g."revision" as "pogRevision", p."revision" as "playerRevision"
     from ${POG} g join ${PLAYER} p on p."id" = g."playerId" where g."gameServerId" = $1 and g."gameId" = any($2::text[])`,
    [gameServerId, gameIds],
  );
  return new Map(rows.map(({ gameId, ...revisions }) => [gameId, revisions]));
}

/** In the order in which roles are looked at: those of all game servers first, then by their age. */
export const findAssignments = (sql: Sql, playerIds: readonly string[]): Promise<AssignmentRow[]> =>
  sql(
    `select "id", "playerId", "roleId", "gameServerId", "expiresAt", "createdAt", "updatedAt" from {schema}."playerRole"
     where "playerId" = any($1::uuid[]) order by "gameServerId" nulls first, "createdAt", "id"`,
    [playerIds],
  );

/** Locks rows in the order of their ids, so that two transactions that need the same two do not wait for each other for ever. */
export const lockPogs = (sql: Sql, ids: readonly string[]): Promise<PogRow[]> =>
  sql(`select * from ${POG} where "id" = any($1::uuid[]) order by "id" for update`, [ids]);

/** Locks the player; snapshots with their roles hold no longer. Answers nothing when there is no such player. */
export const touchPlayer = (sql: Sql, playerId: string): Promise<unknown[]> =>
  sql(`update ${PLAYER} set "revision" = "revision" + 1 where "id" = $1 returning "id"`, [playerId]);
