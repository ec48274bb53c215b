import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { GameServerOutput } from '../gameservers/shapes.ts';
import { Search } from '../search.ts';
import { Empty, Instant, Nullable, Page, rowColumns, Strict, Uuid } from '../shapes.ts';
import { RoleOutput } from '../tenancy/shapes.ts';
import { PlayerOnGameServerOutput, PlayerSnapshot } from './shapes.ts';

export const NameSeen = Type.Object({ name: Type.String(), ...rowColumns });
export const AddressSeen = Type.Object({
  ip: Type.String(),
  country: Nullable(Type.String()),
  city: Nullable(Type.String()),
  latitude: Nullable(Type.String()),
  longitude: Nullable(Type.String()),
  createdAt: Instant,
});

/** PlayerOutputWithRoles of the published API as a search shows it. */
export const PlayerFound = Type.Object({
  ...PlayerSnapshot.properties,
  /** Under `extend: ['playerOnGameServers']`. */
  playerOnGameServers: Type.Optional(Type.Array(PlayerOnGameServerOutput)),
  /** Under `extend: ['roles']`: those of `roleAssignments`, each once. */
  roles: Type.Optional(Type.Array(RoleOutput)),
  /** Under `extend: ['gameServers']`: where they were ever seen. The API puts `gameServers` beside them. */
  gameServerIds: Type.Optional(Type.Array(Uuid)),
  gameServers: Type.Optional(Type.Array(GameServerOutput)),
});

/** The last 10 names and addresses, newest first, stand only here. */
export const PlayerWithHistory = Type.Object({
  ...PlayerSnapshot.properties,
  nameHistory: Type.Array(NameSeen),
  ipHistory: Type.Array(AddressSeen),
});
export type PlayerWithHistory = Static<typeof PlayerWithHistory>;

const text = Type.String();
const count = Type.Number();

export const searchPlayers = request({
  service: 'players',
  operation: 'search-players',
  permission: 'READ_PLAYERS',
  rest: { method: 'POST', path: '/player/search', id: 'PlayerController_search' },
  input: Search({
    filters: {
      name: text,
      steamId: text,
      epicOnlineServicesId: text,
      xboxLiveId: text,
      platformId: text,
      steamCommunityBanned: Type.Boolean(),
      steamVacBanned: Type.Boolean(),
      roleId: Uuid,
      id: Uuid,
    },
    search: ['name', 'steamId', 'platformId'],
    ranges: {
      steamAccountCreated: Instant,
      steamsDaysSinceLastBan: count,
      steamNumberOfVACBans: count,
      steamLevel: count,
      playtimeSeconds: count,
      createdAt: Instant,
      updatedAt: Instant,
    },
    extend: ['playerOnGameServers', 'roles', 'gameServers', 'roleAssignments'],
  }),
  output: Page(PlayerFound),
  errors: [],
  idempotent: true,
});

export const getPlayer = request({
  service: 'players',
  operation: 'get-player',
  permission: 'READ_PLAYERS',
  rest: { method: 'GET', path: '/player/:id', id: 'PlayerController_getOne' },
  input: Strict({ id: Uuid }),
  output: PlayerWithHistory,
  errors: ['PLAYER_NOT_FOUND'],
});

const assignment = { id: Uuid, roleId: Uuid, gameServerId: Type.Optional(Uuid), expiresAt: Type.Optional(Instant) };

/** Without `gameServerId` on all game servers. Assigning again replaces when it expires. */
export const assignPlayerRole = request({
  service: 'players',
  operation: 'assign-player-role',
  permission: ['MANAGE_PLAYERS', 'MANAGE_ROLES'],
  rest: { method: 'POST', path: '/player/:id/role/:roleId', id: 'PlayerController_assignRole' },
  input: Strict(assignment),
  output: Empty,
  errors: ['PLAYER_NOT_FOUND', 'ROLE_NOT_FOUND', 'GAMESERVER_NOT_FOUND', 'SYSTEM_ROLE_NOT_ASSIGNABLE'],
});

/** Without `gameServerId` only the assignment on all game servers goes. What is not assigned needs no removing. */
export const removePlayerRole = request({
  service: 'players',
  operation: 'remove-player-role',
  permission: ['MANAGE_PLAYERS', 'MANAGE_ROLES'],
  rest: { method: 'DELETE', path: '/player/:id/role/:roleId', id: 'PlayerController_removeRole' },
  input: Strict(assignment),
  output: Empty,
  errors: ['PLAYER_NOT_FOUND', 'ROLE_NOT_FOUND', 'SYSTEM_ROLE_NOT_ASSIGNABLE'],
});
