import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getPlayersOfGameServers } from '@takaro/contracts/players/in-games';
import { type Parts, sqlOf } from '../parts.ts';
import { playerOutput, type PlayerRow } from '../rows.ts';

/** More would not fit into an answer. */
const PLAYERS_MOST = 50_000;

type Found = PlayerRow & { readonly onGameServer: string };

export const handleGetPlayersOfGameServers =
  ({ db }: Parts): Handler<typeof getPlayersOfGameServers> =>
  async ({ ids }, { domainId }) => {
    const found = await sqlOf(db, domainId)<Found>(
      `select p.*, g."gameServerId" as "onGameServer" from {schema}."playerOnGameServer" g
       join {schema}."player" p on p."id" = g."playerId"
       where g."gameServerId" = any($1::uuid[]) order by p."id" limit ${PLAYERS_MOST + 1}`,
      [ids],
    );
    if (found.length > PLAYERS_MOST) throw new ServiceError('REPLY_TOO_LARGE');
    const byServer = Map.groupBy(found, ({ onGameServer }) => onGameServer);
    return ids.map((id) => ({ id, players: (byServer.get(id) ?? []).map((row) => playerOutput(row)) }));
  };
