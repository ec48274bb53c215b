import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Empty, Instant, Strict, Uuid } from '../shapes.ts';
import { UserOutputWithRoles } from './shapes.ts';

export const updateUser = request({
  service: 'tenancy',
  operation: 'update-user',
  permission: 'MANAGE_USERS',
  executions: 'refused',
  rest: { method: 'PUT', path: '/user/:id', id: 'UserController_update', inactiveDomains: true },
  input: Strict({
    id: Uuid,
    name: Type.Optional(Type.String({ minLength: 3, maxLength: 50 })),
    /** Only so many may be as the domain's `maxUsers` says. */
    isDashboardUser: Type.Optional(Type.Boolean()),
  }),
  output: UserOutputWithRoles,
  errors: ['USER_NOT_FOUND', 'MAX_USERS_REACHED'],
});

/** The identity stays: it may be a user of other domains. */
export const deleteUser = request({
  service: 'tenancy',
  operation: 'delete-user',
  permission: 'MANAGE_USERS',
  executions: 'refused',
  rest: { method: 'DELETE', path: '/user/:id', id: 'UserController_remove', inactiveDomains: true },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['USER_NOT_FOUND', 'LAST_ROOT'],
});

/** A moment in the past is taken too: the role is gone at the next look. Functions may not assign what contains ROOT. */
export const assignUserRole = request({
  service: 'tenancy',
  operation: 'assign-user-role',
  permission: ['MANAGE_USERS', 'MANAGE_ROLES'],
  rest: { method: 'POST', path: '/user/:id/role/:roleId', id: 'UserController_assignRole', inactiveDomains: true },
  input: Strict({ id: Uuid, roleId: Uuid, expiresAt: Type.Optional(Instant) }),
  output: Empty,
  errors: ['USER_NOT_FOUND', 'ROLE_NOT_FOUND', 'SYSTEM_ROLE_NOT_ASSIGNABLE', 'ROLE_ALREADY_ASSIGNED'],
});

/** What is not assigned needs no removing. */
export const removeUserRole = request({
  service: 'tenancy',
  operation: 'remove-user-role',
  permission: ['MANAGE_USERS', 'MANAGE_ROLES'],
  rest: { method: 'DELETE', path: '/user/:id/role/:roleId', id: 'UserController_removeRole', inactiveDomains: true },
  input: Strict({ id: Uuid, roleId: Uuid }),
  output: Empty,
  errors: ['USER_NOT_FOUND', 'ROLE_NOT_FOUND', 'SYSTEM_ROLE_NOT_ASSIGNABLE', 'LAST_ROOT'],
});
