import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Empty, Instant, Nullable, Strict, Uuid } from '../shapes.ts';
import { PlayerOnGameServerOutput, PlayerOnGameServerSnapshot, PlayerSnapshot } from './shapes.ts';

const Ids = Strict({ ids: Type.Array(Uuid, { maxItems: 1_000 }) });

/** Who a player is now, and on one game server, where they have been there. */
export const getPlayerContext = request({
  service: 'players',
  operation: 'get-player-context',
  access: 'internal',
  input: Strict({ playerId: Uuid, gameServerId: Uuid }),
  output: Strict({ player: PlayerSnapshot, pog: Nullable(PlayerOnGameServerSnapshot) }),
  errors: ['PLAYER_NOT_FOUND'],
  idempotent: true,
});

/** Unknown ids are left out. */
export const getPlayersByIds = request({
  service: 'players',
  operation: 'get-players-by-ids',
  access: 'internal',
  input: Ids,
  output: Type.Array(PlayerSnapshot),
  errors: [],
  idempotent: true,
});

/** A player and what they are on every game server; null and nothing where there is no such player (any more). */
export const getPlayerProfile = request({
  service: 'players',
  operation: 'get-player-profile',
  access: 'internal',
  input: Strict({ playerId: Uuid }),
  output: Strict({ player: Nullable(PlayerSnapshot), pogs: Type.Array(PlayerOnGameServerOutput) }),
  errors: [],
  idempotent: true,
});

/** Unknown ids are left out. */
export const getPogsByIds = request({
  service: 'players',
  operation: 'get-pogs-by-ids',
  access: 'internal',
  input: Ids,
  output: Type.Array(PlayerOnGameServerSnapshot),
  errors: [],
  idempotent: true,
});

/**
 * Whom a player means by a text: an id of a player, an id within the game or on a platform, the whole name, a part of the name, a part
 * of an id of Steam, Epic or Xbox, all without regard to case. The first of these kinds that finds somebody holds; two answers mean that the
 * text is ambiguous.
 */
export const findPlayersByText = request({
  service: 'players',
  operation: 'find-players-by-text',
  access: 'internal',
  input: Strict({ gameServerId: Uuid, text: Type.String({ minLength: 1, maxLength: 1_000 }) }),
  output: Type.Array(PlayerOnGameServerSnapshot, { maxItems: 2 }),
  errors: [],
  idempotent: true,
});

/** Keeps currency back for an execution until it is captured, released, or expires. Asked again it changes nothing. */
export const holdCurrency = request({
  service: 'players',
  operation: 'hold-currency',
  access: 'internal',
  callers: ['modules'],
  input: Strict({
    executionId: Uuid,
    playerId: Uuid,
    gameServerId: Uuid,
    amount: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    expiresAt: Instant,
  }),
  output: Empty,
  errors: ['POG_NOT_FOUND', 'NOT_ENOUGH_CURRENCY'],
  idempotent: true,
});

/**
 * Takes what was held and tells `currency-deducted`, once: asked again it answers the same. `captured: false` when nothing is held:
 * it was released, it expired, or the currency was set below it.
 */
export const captureHold = request({
  service: 'players',
  operation: 'capture-hold',
  access: 'internal',
  callers: ['modules'],
  input: Strict({ executionId: Uuid }),
  output: Strict({ captured: Type.Boolean() }),
  errors: [],
  idempotent: true,
});

/** Gives back what is held. What was captured stays captured. */
export const releaseHold = request({
  service: 'players',
  operation: 'release-hold',
  access: 'internal',
  callers: ['modules'],
  input: Strict({ executionId: Uuid }),
  output: Empty,
  errors: [],
  idempotent: true,
});

/** Players that one `disconnect-players` takes. */
export const DISCONNECTED_MOST = 200;

/**
 * The game server went away at a time: who was there and did nothing since is offline. Tells `player-disconnected` of each, once. Where
 * `disconnected` is `DISCONNECTED_MOST` there may be more.
 */
export const disconnectPlayers = request({
  service: 'players',
  operation: 'disconnect-players',
  access: 'internal',
  callers: ['gameservers'],
  input: Strict({ gameServerId: Uuid, at: Instant }),
  output: Strict({ disconnected: Type.Integer({ minimum: 0 }) }),
  errors: [],
  timeoutMs: 10_000,
  idempotent: true,
});
