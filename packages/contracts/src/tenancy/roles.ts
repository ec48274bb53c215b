import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Nullable, Page, Strict, Uuid } from '../shapes.ts';
import { PermissionOutput, RoleOutput } from './shapes.ts';

/** A permission by its row. Of one that is given twice the last counts. */
const PermissionInput = Strict({
  permissionId: Uuid,
  /** How often, for permissions with `canHaveCount`. */
  count: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }))),
});
export type PermissionInput = Static<typeof PermissionInput>;

const RoleName = Type.String({ minLength: 3, maxLength: 20 });
const Permissions = Type.Array(PermissionInput, { maxItems: 1_000 });
const DiscordRoleId = Type.Optional(Nullable(Type.String({ minLength: 17, maxLength: 20 })));

export const searchRoles = request({
  service: 'tenancy',
  operation: 'search-roles',
  permission: 'READ_ROLES',
  rest: { method: 'POST', path: '/role/search', id: 'RoleController_search' },
  input: Search({ filters: { name: Type.String(), id: Uuid }, search: ['name'], extend: ['permissions'] }),
  output: Page(RoleOutput),
  errors: [],
  idempotent: true,
});

export const getRole = request({
  service: 'tenancy',
  operation: 'get-role',
  permission: 'READ_ROLES',
  rest: { method: 'GET', path: '/role/:id', id: 'RoleController_getOne' },
  input: Strict({ id: Uuid }),
  output: RoleOutput,
  errors: ['ROLE_NOT_FOUND'],
});

export const createRole = request({
  service: 'tenancy',
  operation: 'create-role',
  permission: 'MANAGE_ROLES',
  executions: 'refused',
  rest: { method: 'POST', path: '/role', id: 'RoleController_create' },
  input: Strict({ name: RoleName, permissions: Permissions, linkedDiscordRoleId: DiscordRoleId }),
  output: RoleOutput,
  errors: ['ROLE_NAME_TAKEN', 'PERMISSION_NOT_FOUND'],
});

/** The permissions become those given and no others. A system role keeps its name, whatever is asked. */
export const updateRole = request({
  service: 'tenancy',
  operation: 'update-role',
  permission: 'MANAGE_ROLES',
  executions: 'refused',
  rest: { method: 'PUT', path: '/role/:id', id: 'RoleController_update' },
  input: Strict({ id: Uuid, name: Type.Optional(RoleName), permissions: Permissions, linkedDiscordRoleId: DiscordRoleId }),
  output: RoleOutput,
  errors: ['ROLE_NOT_FOUND', 'ROLE_NAME_TAKEN', 'PERMISSION_NOT_FOUND', 'ROOT_ROLE_FIXED'],
});

/** Users and players lose it with the role. */
export const deleteRole = request({
  service: 'tenancy',
  operation: 'delete-role',
  permission: 'MANAGE_ROLES',
  executions: 'refused',
  rest: { method: 'DELETE', path: '/role/:id', id: 'RoleController_remove' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['ROLE_NOT_FOUND', 'SYSTEM_ROLE_FIXED'],
});

/** The permissions of the platform and those of the versions of modules that are installed, sorted by code. */
export const getPermissions = request({
  service: 'tenancy',
  operation: 'get-permissions',
  permission: [],
  rest: { method: 'GET', path: '/permissions', id: 'RoleController_getPermissions' },
  input: Strict({}),
  output: Type.Array(PermissionOutput),
  errors: [],
});
