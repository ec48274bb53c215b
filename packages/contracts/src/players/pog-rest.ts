import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Instant, Page, Strict, Uuid } from '../shapes.ts';
import { PlayerOnGameServerSnapshot } from './shapes.ts';

export const searchPogs = request({
  service: 'players',
  operation: 'search-pogs',
  permission: 'READ_PLAYERS',
  rest: { method: 'POST', path: '/gameserver/player/search', id: 'PlayerOnGameServerController_search' },
  input: Search({
    filters: { gameId: Type.String(), gameServerId: Uuid, playerId: Uuid, online: Type.Boolean(), id: Uuid },
    ranges: { lastSeen: Instant, playtimeSeconds: Type.Number(), createdAt: Instant, updatedAt: Instant },
    extend: ['gameServer', 'player'],
  }),
  output: Page(PlayerOnGameServerSnapshot),
  errors: [],
  idempotent: true,
});

/** Its `roles` leave out the implicit role Player, as the published API does. */
export const getPog = request({
  service: 'players',
  operation: 'get-pog',
  permission: 'READ_PLAYERS',
  rest: { method: 'GET', path: '/gameserver/:gameServerId/player/:playerId', id: 'PlayerOnGameServerController_getOne' },
  input: Strict({ gameServerId: Uuid, playerId: Uuid }),
  output: PlayerOnGameServerSnapshot,
  errors: ['POG_NOT_FOUND'],
});

/** Currency is whole and fits into 32 bits. */
const Currency = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
const currencyOfPlayer = Strict({ gameServerId: Uuid, playerId: Uuid, currency: Currency });
const currencyPath = (end: string): string => `/gameserver/:gameServerId/player/:playerId/${end}`;

/** Tells nobody. What is held may be more than is left; then captures fail as they would have. */
export const setCurrency = request({
  service: 'players',
  operation: 'set-currency',
  permission: 'MANAGE_PLAYERS',
  rest: { method: 'POST', path: currencyPath('currency'), id: 'PlayerOnGameServerController_setCurrency' },
  input: currencyOfPlayer,
  output: PlayerOnGameServerSnapshot,
  errors: ['POG_NOT_FOUND', 'ECONOMY_DISABLED'],
});

export const addCurrency = request({
  service: 'players',
  operation: 'add-currency',
  permission: 'MANAGE_PLAYERS',
  rest: { method: 'POST', path: currencyPath('add-currency'), id: 'PlayerOnGameServerController_addCurrency' },
  input: currencyOfPlayer,
  output: PlayerOnGameServerSnapshot,
  errors: ['POG_NOT_FOUND', 'ECONOMY_DISABLED', 'AMOUNT_NOT_POSITIVE', 'CURRENCY_TOO_LARGE'],
});

/** At most currency minus what is held for commands that run. */
export const deductCurrency = request({
  service: 'players',
  operation: 'deduct-currency',
  permission: 'MANAGE_PLAYERS',
  rest: { method: 'POST', path: currencyPath('deduct-currency'), id: 'PlayerOnGameServerController_deductCurrency' },
  input: currencyOfPlayer,
  output: PlayerOnGameServerSnapshot,
  errors: ['POG_NOT_FOUND', 'ECONOMY_DISABLED', 'AMOUNT_NOT_POSITIVE', 'NOT_ENOUGH_CURRENCY'],
});

/** `sender` and `receiver` are ids of players on game servers, not of players. */
export const transferCurrency = request({
  service: 'players',
  operation: 'transfer-currency',
  permission: 'MANAGE_PLAYERS',
  rest: {
    method: 'POST',
    path: '/gameserver/:gameServerId/player/:sender/:receiver/transfer',
    id: 'PlayerOnGameServerController_transactBetweenPlayers',
  },
  input: Strict({ gameServerId: Uuid, sender: Uuid, receiver: Uuid, currency: Currency }),
  output: Empty,
  errors: [
    'POG_NOT_FOUND',
    'ECONOMY_DISABLED',
    'AMOUNT_NOT_POSITIVE',
    'INSUFFICIENT_FUNDS',
    'CURRENCY_TOO_LARGE',
    'TRANSFER_ACROSS_GAME_SERVERS',
    'TRANSFER_TO_SELF',
  ],
});

/** Nobody on the game server has any left. Tells `currency-reset-all` once, and nothing of each. What is held is as with `setCurrency`. */
export const resetCurrency = request({
  service: 'players',
  operation: 'reset-currency',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:id/reset-currency', id: 'GameServerController_resetCurrency' },
  input: Strict({ id: Uuid }),
  /** Those who had any. */
  output: Type.Object({ affectedPlayerCount: Type.Integer({ minimum: 0 }) }),
  errors: ['GAMESERVER_NOT_FOUND', 'ECONOMY_DISABLED'],
  timeoutMs: 30_000,
});
