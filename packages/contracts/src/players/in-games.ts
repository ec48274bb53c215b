import { Type } from 'typebox';
import { request } from '../contract.ts';
import { GamePlayer } from '../gameservers/actions.ts';
import { Nullable, Strict, Uuid } from '../shapes.ts';
import { PlayerOutput } from './shapes.ts';

const service = 'players';
const access = 'internal';

/** A player on a game server by the game's own id. */
const InGame = Type.Object({ playerId: Uuid, gameServerId: Uuid, gameId: Type.String() });

/** Where a player was ever seen. */
export const getGamesOfPlayer = request({
  service,
  operation: 'get-games-of-player',
  access,
  input: Strict({ playerId: Uuid }),
  output: Type.Array(InGame),
  errors: ['PLAYER_NOT_FOUND'],
  idempotent: true,
});

/** Who of some players, named by the game's ids or by ours, was ever seen on a game server. Others are left out. */
export const findPlayersInGame = request({
  service,
  operation: 'find-players-in-game',
  access,
  input: Strict({
    gameServerId: Uuid,
    gameIds: Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 10_000 }),
    playerIds: Type.Array(Uuid, { maxItems: 10_000 }),
  }),
  output: Type.Array(InGame),
  errors: [],
  idempotent: true,
});

/** Who it is that a game calls by this id, as games name players; null where nobody of this id was ever seen there. */
export const getGamePlayer = request({
  service,
  operation: 'get-game-player',
  access,
  callers: ['gameservers'],
  input: Strict({ gameServerId: Uuid, gameId: Type.String({ maxLength: 1_000 }) }),
  output: Nullable(GamePlayer),
  errors: [],
  idempotent: true,
});

/** For the relation `players` of game servers: one row for each id, with whoever was ever there. */
export const getPlayersOfGameServers = request({
  service,
  operation: 'get-players-of-game-servers',
  access,
  input: Strict({ ids: Type.Array(Uuid, { maxItems: 1_000 }) }),
  output: Type.Array(Type.Object({ id: Uuid, players: Type.Array(PlayerOutput) })),
  errors: [],
  timeoutMs: 10_000,
  idempotent: true,
});
