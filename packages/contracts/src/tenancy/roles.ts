import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Page, Strict, Uuid } from '../shapes.ts';
import { PermissionOutput, RoleOutput } from './shapes.ts';

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

/** The permissions of the platform and those that versions of modules declared, sorted by code. */
export const getPermissions = request({
  service: 'tenancy',
  operation: 'get-permissions',
  permission: [],
  rest: { method: 'GET', path: '/permissions', id: 'RoleController_getPermissions' },
  input: Strict({}),
  output: Type.Array(PermissionOutput),
  errors: [],
});
