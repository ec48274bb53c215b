import { newId } from '@takaro/contracts/ids';
import type { KnownPlayer } from './known-player.ts';
import type { PogRow, Sql } from './rows.ts';
import type { Moment, Sighting } from './sighting.ts';

/** What a sighting changed. */
export interface Change {
  readonly oldName?: string;
  readonly newIp?: string;
}

/**
 * Moves a player on a game server forward to what a sighting shows. In one statement the row decides whether the sighting is newer
 * than what it has, so it does not matter in which order sightings come or how often. Leaving counts the time since coming. `$8` is
 * the revision that the row must have, or null.
 */
const MOVE_FORWARD = `
  with "before" as (
    select "id", "playerId", "online", "onlineSince", "ip" from {schema}."playerOnGameServer" where "id" = $1
      and (("stateAt", "stateSeq") < ($2::timestamptz, $3::bigint)  or "stateAt" > $7)
      and "revision" = coalesce($8, "revision") for update
  ), "moved" as (
    update {schema}."playerOnGameServer" g set
      "online" = $4,
      "onlineSince" = case when $4 then case when "before"."online" then coalesce(g."onlineSince", $2) else $2 end end,
      "playtimeSeconds" = g."playtimeSeconds" + case when $4 then 0 else "played"."seconds" end,
      "ip" = coalesce($5, g."ip"), "ping" = coalesce($6, g."ping"),
      "lastSeen" = case when g."lastSeen" > $7 then $2 else greatest(g."lastSeen", $2) end, "stateAt" = $2, "stateSeq" = $3,
      "revision" = g."revision" + 1, "updatedAt" = now()
    from "before", lateral (
      select greatest(0, least(31536000, coalesce(extract(epoch from $2::timestamptz - "before"."onlineSince"), 0)))::integer as "seconds"
    ) "played"
    where g."id" = "before"."id"
    returning g.*, "before"."ip" as "oldIp", case when $4 then 0 else "played"."seconds" end as "played"
  ), "counted" as (
    update {schema}."player" p set "playtimeSeconds" = p."playtimeSeconds" + "moved"."played", "revision" = p."revision" + 1
    from "moved" where p."id" = "moved"."playerId" and "moved"."played" > 0
    returning p."playtimeSeconds" as "playerPlaytime", p."revision" as "playerRevision"
  )
  select "moved".*, "counted".* from "moved" left join "counted" on true`;

interface MovedRow extends PogRow {
  readonly oldIp: string | null;
  readonly played: number;
  /** Of the player, where time was counted. */
  readonly playerPlaytime: number | null;
  readonly playerRevision: number | null;
}

const moveForward = async (sql: Sql, pogId: string, move: Move): Promise<MovedRow | undefined> => {
  const { moment, online, ip = null, ping = null, revision = null } = move;
  const [moved] = await sql<MovedRow>(MOVE_FORWARD, [pogId, moment.at, moment.seq, online, ip, ping, moment.horizon, revision]);
  return moved;
};

interface Move {
  readonly moment: Moment;
  readonly online: boolean;
  readonly ip?: string | undefined;
  readonly ping?: number | undefined;
  /** That the row must have. */
  readonly revision?: number;
}

const RENAME = `
  with "before" as (
    select "id", "name" from {schema}."player"
    where "id" = $1 and "name" <> $2 and (("nameAt", "nameSeq") < ($3::timestamptz, $4::bigint) or "nameAt" > $5) for update
  )
  update {schema}."player" p set "name" = $2, "nameAt" = $3, "nameSeq" = $4, "revision" = p."revision" + 1, "updatedAt" = now()
  from "before" where p."id" = "before"."id" returning "before"."name" as "oldName"`;

/** In a transaction. Answers null when the sighting is older than what is known. */
export async function writeSighting(sql: Sql, pogId: string, { moment, online, who, gameServerId }: Sighting): Promise<Change | null> {
  const { at, seq, horizon } = moment;
  const moved = await moveForward(sql, pogId, { moment, online, ip: who.ip, ping: who.ping });
  if (!moved) return null;
  const newIp = who.ip === moved.oldIp ? undefined : who.ip;
  if (newIp !== undefined) await rememberAddress(sql, moved.playerId, gameServerId, newIp);
  const [renamed] = await sql<{ oldName: string }>(RENAME, [moved.playerId, who.name, at, seq, horizon]);
  if (renamed) await rememberName(sql, moved.playerId, who.name);
  return { ...(renamed && { oldName: renamed.oldName }), ...(newIp !== undefined && { newIp }) };
}

export interface Presence {
  readonly known: KnownPlayer;
  /** That the player has now, as far as the statement saw it: where somebody else changed them meanwhile it is not that of what is known. */
  readonly playerRevision: number;
}

/**
 * Writes who came or left, of whom nothing else is new, in one statement that needs no transaction around it. Answers undefined when
 * something else changed since they were read: then nothing is written.
 */
export async function writePresence(
  sql: Sql,
  { player, pog, assignments }: KnownPlayer,
  { moment, online, who }: Sighting,
): Promise<Presence | undefined> {
  const moved = await moveForward(sql, pog.id, { moment, online, ping: who.ping, revision: pog.revision });
  if (!moved) return undefined;
  const { oldIp: _, played: __, playerPlaytime, playerRevision, ...now } = moved;
  const isCounted = playerPlaytime !== null && playerRevision !== null;
  // Where somebody else changed the player meanwhile, the revision tells so, and they are read anew the next time.
  const revision = playerRevision === player.revision + 1 ? playerRevision : player.revision;
  const counted = isCounted ? { ...player, playtimeSeconds: playerPlaytime, revision } : player;
  return { known: { player: counted, pog: now, assignments }, playerRevision: playerRevision ?? player.revision };
}

/** Off the game server since this moment. In a transaction. False when something newer is known. */
export const leave = async (sql: Sql, pogId: string, moment: Moment): Promise<boolean> =>
  (await moveForward(sql, pogId, { moment, online: false })) !== undefined;

export const rememberName = (sql: Sql, playerId: string, name: string): Promise<unknown[]> =>
  sql(`insert into {schema}."nameHistory" ("id", "playerId", "name") values ($1, $2, $3)`, [newId(), playerId, name]);

export const rememberAddress = (sql: Sql, playerId: string, gameServerId: string, ip: string): Promise<unknown[]> =>
  sql(`insert into {schema}."ipHistory" ("id", "playerId", "gameServerId", "ip") values ($1, $2, $3, $4)`, [
    newId(),
    playerId,
    gameServerId,
    ip,
  ]);
