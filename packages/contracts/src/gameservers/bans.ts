import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { PlayerOutput } from '../players/shapes.ts';
import { Search } from '../search.ts';
import { Empty, Instant, Nullable, Page, rowColumns, Strict, Uuid } from '../shapes.ts';
import { GameServerOutput } from './shapes.ts';

const service = 'gameservers';

/** The game is told before it is answered, and may take its time. */
const timeoutMs = LIMITS.actionTimeoutMs + 4_000;

/** BanOutput of the published API. One that is global holds on every game server and names none. */
export const BanOutput = Type.Object({
  gameServerId: Nullable(Uuid),
  playerId: Uuid,
  /** False where the game had it first: then it is gone when the game has it no more. */
  takaroManaged: Type.Boolean(),
  isGlobal: Type.Boolean(),
  /** Null: for ever. */
  until: Nullable(Instant),
  reason: Nullable(Type.String()),
  ...rowColumns,
});
export type BanOutput = Static<typeof BanOutput>;

const FoundBan = Type.Object({
  ...BanOutput.properties,
  gameServer: Type.Optional(Nullable(GameServerOutput)),
  player: Type.Optional(Nullable(PlayerOutput)),
});

export const searchBans = request({
  service,
  operation: 'search-bans',
  permission: 'READ_PLAYERS',
  rest: { method: 'POST', path: '/player/ban/search', id: 'BanController_search' },
  input: Search({
    filters: { id: Uuid, gameServerId: Uuid, playerId: Uuid, takaroManaged: Type.Boolean(), isGlobal: Type.Boolean() },
    ranges: { until: Instant, createdAt: Instant, updatedAt: Instant },
    extend: ['player', 'gameServer'],
  }),
  output: Page(FoundBan),
  errors: [],
  idempotent: true,
});

export const getBan = request({
  service,
  operation: 'get-ban',
  permission: 'READ_PLAYERS',
  rest: { method: 'GET', path: '/player/ban/:id', id: 'BanController_getOne' },
  input: Strict({ id: Uuid }),
  output: BanOutput,
  errors: ['BAN_NOT_FOUND'],
});

const BanInput = {
  gameServerId: Type.Optional(Nullable(Uuid)),
  playerId: Uuid,
  /** Taken and ignored: what is made here is always managed here. */
  takaroManaged: Type.Optional(Type.Boolean()),
  /** @default false */
  isGlobal: Type.Optional(Type.Boolean()),
  until: Type.Optional(Nullable(Instant)),
  reason: Type.Optional(Nullable(Type.String({ maxLength: 10_000 }))),
};

const errors = ['GAMESERVER_NOT_FOUND', 'PLAYER_NOT_FOUND', 'BAN_SCOPE_INVALID'] as const;

/**
 * Bans a player on one game server, or on all, who has no ban there yet. The game is told where it is connected; where not, it learns it
 * with the next `syncBans`. Tells `player-banned`.
 */
export const createBan = request({
  service,
  operation: 'create-ban',
  permission: 'MANAGE_PLAYERS',
  rest: { method: 'POST', path: '/player/ban', id: 'BanController_create' },
  input: Strict(BanInput),
  output: BanOutput,
  errors: [...errors, 'BAN_EXISTS'],
  timeoutMs,
});

/** `until` and `reason` stay where they are not named. One that now holds elsewhere tells `player-unbanned` and `player-banned`. */
export const updateBan = request({
  service,
  operation: 'update-ban',
  permission: 'MANAGE_PLAYERS',
  rest: { method: 'PUT', path: '/player/ban/:id', id: 'BanController_update' },
  input: Strict({ id: Uuid, ...BanInput }),
  output: BanOutput,
  errors: [...errors, 'BAN_NOT_FOUND', 'BAN_EXISTS'],
  timeoutMs,
});

/** Tells `player-unbanned`. */
export const deleteBan = request({
  service,
  operation: 'delete-ban',
  permission: 'MANAGE_PLAYERS',
  rest: { method: 'DELETE', path: '/player/ban/:id', id: 'BanController_delete' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['BAN_NOT_FOUND'],
  timeoutMs,
});
