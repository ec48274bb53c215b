import { newId } from '@takaro/contracts/ids';
import type { Sql } from './rows.ts';
import type { Moment, Sighting } from './sighting.ts';

/** What a sighting changed. */
export interface Change {
  readonly oldName?: string;
  readonly newIp?: string;
}

/**
 * Moves a player on a game server forward to what a sighting shows. In one statement the row decides whether the sighting is newer
 * than what it has, so it does not matter in which order sightings come or how often. Leaving counts the time since coming.
 */
const MOVE_FORWARD = `
  with "before" as (
    select "id", "playerId", "online", "onlineSince", "ip" from {schema}."playerOnGameServer" where "id" = $1
      and (("stateAt", "stateSeq") < ($2::timestamptz, $3::bigint) or "stateAt" > $7) for update
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
    returning g."playerId", "before"."ip" as "oldIp", case when $4 then 0 else "played"."seconds" end as "played"
  ), "counted" as (
    update {schema}."player" p set "playtimeSeconds" = p."playtimeSeconds" + "moved"."played", "revision" = p."revision" + 1
    from "moved" where p."id" = "moved"."playerId" and "moved"."played" > 0
  )
  select "playerId", "oldIp" from "moved"`;

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
  const [moved] = await sql<{ playerId: string; oldIp: string | null }>(MOVE_FORWARD, [
    pogId,
    at,
    seq,
    online,
    who.ip ?? null,
    who.ping ?? null,
    horizon,
  ]);
  if (!moved) return null;
  const newIp = who.ip === moved.oldIp ? undefined : who.ip;
  if (newIp !== undefined) await rememberAddress(sql, moved.playerId, gameServerId, newIp);
  const [renamed] = await sql<{ oldName: string }>(RENAME, [moved.playerId, who.name, at, seq, horizon]);
  if (renamed) await rememberName(sql, moved.playerId, who.name);
  return { ...(renamed && { oldName: renamed.oldName }), ...(newIp !== undefined && { newIp }) };
}

/** Off the game server since this moment. In a transaction. False when something newer is known. */
export async function leave(sql: Sql, pogId: string, { at, seq, horizon }: Moment): Promise<boolean> {
  const moved = await sql(MOVE_FORWARD, [pogId, at, seq, false, null, null, horizon]);
  return moved.length > 0;
}

export const rememberName = (sql: Sql, playerId: string, name: string): Promise<unknown[]> =>
  sql(`insert into {schema}."nameHistory" ("id", "playerId", "name") values ($1, $2, $3)`, [newId(), playerId, name]);

export const rememberAddress = (sql: Sql, playerId: string, gameServerId: string, ip: string): Promise<unknown[]> =>
  sql(`insert into {schema}."ipHistory" ("id", "playerId", "gameServerId", "ip") values ($1, $2, $3, $4)`, [
    newId(),
    playerId,
    gameServerId,
    ip,
  ]);
