import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Empty, Strict, Uuid } from '../shapes.ts';

const service = 'players';
const permission = 'MANAGE_PLAYERS';

/** A thousand of them are one transaction. */
const BULK_TIMEOUT_MS = 30_000;

/** An id that comes twice counts once. */
const PlayerIds = Type.Array(Uuid, { minItems: 1, maxItems: 1_000 });

/** Answered also where nobody was removed: what failed is told one by one. */
const BulkRemoval = Type.Object({
  deleted: Type.Integer({ minimum: 0 }),
  failed: Type.Integer({ minimum: 0 }),
  errors: Type.Array(Type.Object({ playerId: Uuid, reason: Type.String() })),
});

/** With everything that is theirs on every game server. Tells `player-deleted`. Who plays again is a new player. */
export const deletePlayer = request({
  service,
  operation: 'delete-player',
  permission,
  rest: { method: 'DELETE', path: '/player/:id', id: 'PlayerController_delete' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['PLAYER_NOT_FOUND'],
});

/** Tells `player-deleted` of each. */
export const deletePlayers = request({
  service,
  operation: 'delete-players',
  permission,
  rest: { method: 'DELETE', path: '/player', id: 'PlayerController_bulkDelete' },
  input: Strict({ playerIds: PlayerIds }),
  output: BulkRemoval,
  errors: [],
  timeoutMs: BULK_TIMEOUT_MS,
});

/** The player stays, and what is theirs on other game servers. Tells `player-deleted` with the game server. */
export const deletePog = request({
  service,
  operation: 'delete-pog',
  permission,
  rest: { method: 'DELETE', path: '/gameserver/:gameServerId/player/:playerId', id: 'PlayerOnGameServerController_delete' },
  input: Strict({ gameServerId: Uuid, playerId: Uuid }),
  output: Empty,
  errors: ['POG_NOT_FOUND'],
});

/** Tells `player-deleted` with the game server of each. */
export const deletePogs = request({
  service,
  operation: 'delete-pogs',
  permission,
  rest: { method: 'DELETE', path: '/gameserver/:gameServerId/player', id: 'PlayerOnGameServerController_bulkDelete' },
  input: Strict({ gameServerId: Uuid, playerIds: PlayerIds }),
  output: BulkRemoval,
  errors: [],
  timeoutMs: BULK_TIMEOUT_MS,
});
