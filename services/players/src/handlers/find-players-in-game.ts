import type { Handler } from '@takaro/bus';
import type { findPlayersInGame } from '@takaro/contracts/players/in-games';
import { type Parts, sqlOf } from '../parts.ts';

interface InGame {
  readonly playerId: string;
  readonly gameServerId: string;
  readonly gameId: string;
}

export const handleFindPlayersInGame =
  ({ db }: Parts): Handler<typeof findPlayersInGame> =>
  async ({ gameServerId, gameIds, playerIds }, { domainId }) =>
    sqlOf(db, domainId)<InGame>(
      `select "playerId", "gameServerId", "gameId" from {schema}."playerOnGameServer"
       where "gameServerId" = $1 and ("gameId" = any($2::text[]) or "playerId" = any($3::uuid[]))`,
      [gameServerId, gameIds, playerIds],
    );
