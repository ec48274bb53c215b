import type { Handler } from '@takaro/bus';
import type { findPlayersByText } from '@takaro/contracts/players/internal';
import { type Parts, sqlOf } from '../parts.ts';
import type { PogRow } from '../rows.ts';
import { readPogSnapshots } from '../snapshots.ts';

/** Kinds of matches from the surest to the vaguest; only those of the best kind that finds somebody count. */
const FIND = `
  with "candidate" as (
    select g."id", case
      when $2 in (p."id"::text, lower(g."gameId"), lower(p."platformId"), lower(p."steamId"), lower(p."epicOnlineServicesId"),
        lower(p."xboxLiveId")) then 1
      when lower(p."name") = $2 then 2
      when position($2 in lower(p."name")) > 0 then 3
      when position($2 in lower(concat_ws(' ', p."steamId", p."epicOnlineServicesId", p."xboxLiveId"))) > 0 then 4
    end as "kind"
    from {schema}."playerOnGameServer" g join {schema}."player" p on p."id" = g."playerId"
    where g."gameServerId" = $1
  )
  select g.* from "candidate" c join {schema}."playerOnGameServer" g using ("id")
  where c."kind" = (select min("kind") from "candidate") order by g."online" desc, g."lastSeen" desc limit 2`;

export const handleFindPlayersByText =
  ({ db, roles, now }: Parts): Handler<typeof findPlayersByText> =>
  async ({ gameServerId, text }, { domainId }) => {
    const sql = sqlOf(db, domainId);
    const pogs = await sql<PogRow>(FIND, [gameServerId, text.toLowerCase()]);
    return readPogSnapshots(sql, pogs, await roles.of(domainId), now());
  };
