import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Empty, Strict, Uuid } from '../shapes.ts';
import { OneTimeLink, Password } from './shapes.ts';

/**
 * A link by which a user sets a password for this domain, once and within a day. An older one of the same user does not work any more.
 * Nobody gets one for a user who may do more than they.
 */
export const createPasswordLink = request({
  service: 'tenancy',
  operation: 'create-password-link',
  permission: 'MANAGE_USERS',
  executions: 'refused',
  rest: { method: 'POST', path: '/user/:id/password-link', id: 'UserController_createPasswordLink', inactiveDomains: true },
  input: Strict({ id: Uuid }),
  output: OneTimeLink,
  errors: ['USER_NOT_FOUND', 'USER_MAY_DO_MORE'],
});

/**
 * Sets the password of the user for whom the link was made, in its domain alone: whoever administers a domain can read its links. Sessions
 * that the old password opened end there.
 */
export const setPassword = request({
  service: 'tenancy',
  operation: 'set-password',
  access: 'public',
  rest: { method: 'POST', path: '/user/password', id: 'UserController_setPassword' },
  input: Strict({ token: Type.String({ minLength: 1, maxLength: 200 }), password: Password }),
  output: Empty,
  errors: ['PASSWORD_LINK_REFUSED'],
  timeoutMs: 5_000,
});
