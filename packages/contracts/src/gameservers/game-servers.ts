import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Page, Strict, Uuid } from '../shapes.ts';
import { ACTIONS } from './actions.ts';
import {
  FoundGameServer,
  GAME_SERVER_NAME,
  GameServerName,
  GameServerOutput,
  GameServerTypeName,
  GameServerTypeOutput,
  IdentityToken,
} from './shapes.ts';

const service = 'gameservers';

/** JSON text of an object; what it must hold depends on the type. */
const ConnectionInfo = Type.String({ format: 'json', maxLength: 100_000 });

export const searchGameServers = request({
  service,
  operation: 'search-game-servers',
  permission: [],
  rest: { method: 'POST', path: '/gameserver/search', id: 'GameServerController_search' },
  input: Search({
    filters: {
      id: Uuid,
      name: Type.String(),
      type: GameServerTypeName,
      reachable: Type.Boolean(),
      enabled: Type.Boolean(),
      identityToken: Type.String(),
    },
    search: ['name'],
    extend: ['players', 'items'],
  }),
  output: Page(FoundGameServer),
  errors: [],
});

export const getGameServerTypes = request({
  service,
  operation: 'get-game-server-types',
  permission: [],
  rest: { method: 'GET', path: '/gameserver/types', id: 'GameServerController_getTypes' },
  input: Strict({}),
  output: Type.Array(GameServerTypeOutput),
  errors: [],
});

export const getGameServer = request({
  service,
  operation: 'get-game-server',
  permission: [],
  rest: { method: 'GET', path: '/gameserver/:id', id: 'GameServerController_getOne' },
  input: Strict({ id: Uuid }),
  output: GameServerOutput,
  errors: ['GAMESERVER_NOT_FOUND'],
});

/** Tells `gameserver-created`. */
export const createGameServer = request({
  service,
  operation: 'create-game-server',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver', id: 'GameServerController_create' },
  input: Strict({
    name: GameServerName,
    connectionInfo: ConnectionInfo,
    type: GameServerTypeName,
    identityToken: Type.Optional(IdentityToken),
  }),
  output: GameServerOutput,
  errors: ['GAMESERVER_TAKEN', 'MAX_GAMESERVERS_REACHED', 'IDENTITY_TOKEN_REQUIRED', 'CONNECTION_INFO_INVALID'],
});

/** Tells `gameserver-updated`, and `server-status-changed` where `reachable` changes. */
export const updateGameServer = request({
  service,
  operation: 'update-game-server',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'PUT', path: '/gameserver/:id', id: 'GameServerController_update' },
  input: Strict({
    id: Uuid,
    name: Type.String(GAME_SERVER_NAME),
    connectionInfo: ConnectionInfo,
    type: GameServerTypeName,
    reachable: Type.Optional(Type.Boolean()),
    enabled: Type.Optional(Type.Boolean()),
  }),
  output: GameServerOutput,
  errors: ['GAMESERVER_NOT_FOUND', 'GAMESERVER_TAKEN', 'CONNECTION_INFO_INVALID'],
});

/** Soft: the row stays with `deletedAt`, its name and identity token are free again. Tells `gameserver-deleted`. */
export const removeGameServer = request({
  service,
  operation: 'remove-game-server',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'DELETE', path: '/gameserver/:id', id: 'GameServerController_remove' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['GAMESERVER_NOT_FOUND'],
});

/** Whether a game server could be reached by these details, before it is made. Changes nothing. */
export const testConnection = request({
  service,
  operation: 'test-connection',
  permission: [],
  rest: { method: 'POST', path: '/gameserver/reachability', id: 'GameServerController_testReachability' },
  input: Strict({ connectionInfo: ConnectionInfo, type: GameServerTypeName }),
  output: ACTIONS.testReachability.result,
  errors: ['CONNECTION_INFO_INVALID'],
});
