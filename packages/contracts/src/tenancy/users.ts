import { Type } from 'typebox';
import { request } from '../contract.ts';
import { PlayerOnGameServerOutput, PlayerSnapshot } from '../players/shapes.ts';
import { Search } from '../search.ts';
import { Empty, Instant, Page, Strict, Uuid } from '../shapes.ts';
import { DomainOutput, Password, UserOutputWithRoles } from './shapes.ts';

/**
 * Signs a person in, to every domain that has this password. Takes the same time whether the name is known or not.
 * @throws UNAUTHENTICATED, UNAVAILABLE when too many wait
 */
export const login = request({
  service: 'tenancy',
  operation: 'login',
  access: 'public',
  rest: { method: 'POST', path: '/login', id: 'UserController_login', address: 'address', atOnce: 'signInsAtOnce' },
  input: Strict({
    username: Type.String({ minLength: 3, maxLength: 50 }),
    password: Password,
    /** Where it comes from, as the gateway sees it. */
    address: Type.Optional(Type.String({ maxLength: 100 })),
  }),
  output: Strict({ token: Type.String() }),
  errors: ['TOO_MANY_SIGN_INS'],
  timeoutMs: 5_000,
});

/** Ends the session that stands in the header; one that is unknown or over is no error. Bus tokens made of it live on for up to 60 s. */
export const logout = request({
  service: 'tenancy',
  operation: 'logout',
  access: 'public',
  rest: { method: 'POST', path: '/logout', id: 'UserController_logout', headers: { authorization: 'authorization' } },
  input: Strict({ authorization: Type.Optional(Type.String({ maxLength: 4_096 })) }),
  output: Empty,
  errors: [],
  idempotent: true,
});

export const getMe = request({
  service: 'tenancy',
  operation: 'get-me',
  permission: [],
  rest: { method: 'GET', path: '/me', id: 'UserController_me', inactiveDomains: true },
  input: Strict({}),
  output: Type.Object({
    user: UserOutputWithRoles,
    domains: Type.Array(DomainOutput),
    domain: Type.String(),
    player: Type.Optional(PlayerSnapshot),
    pogs: Type.Array(PlayerOnGameServerOutput),
  }),
  errors: [],
});

export const searchUsers = request({
  service: 'tenancy',
  operation: 'search-users',
  permission: 'READ_USERS',
  rest: { method: 'POST', path: '/user/search', id: 'UserController_search', inactiveDomains: true },
  input: Search({
    filters: {
      name: Type.String(),
      idpId: Type.String(),
      discordId: Type.String(),
      playerId: Uuid,
      roleId: Uuid,
      isDashboardUser: Type.Boolean(),
      id: Uuid,
    },
    search: ['name', 'discordId'],
    ranges: { lastSeen: Instant, createdAt: Instant, updatedAt: Instant },
    extend: ['roles'],
  }),
  output: Page(UserOutputWithRoles),
  errors: [],
  idempotent: true,
});

export const getUser = request({
  service: 'tenancy',
  operation: 'get-user',
  permission: 'READ_USERS',
  rest: { method: 'GET', path: '/user/:id', id: 'UserController_getOne', inactiveDomains: true },
  input: Strict({ id: Uuid }),
  output: UserOutputWithRoles,
  errors: ['USER_NOT_FOUND'],
});
