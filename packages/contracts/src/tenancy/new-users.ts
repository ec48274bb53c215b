import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Strict } from '../shapes.ts';
import { Email, OneTimeLink, Password, UserOutputWithRoles } from './shapes.ts';

/** The link is there for a user who is new in this domain: the person sets a password of their own with it. */
const NewUser = Type.Object({ ...UserOutputWithRoles.properties, oneTimeLink: Type.Optional(OneTimeLink) });

/**
 * Makes a person a user of the domain, without roles. The password opens this domain alone. Answers alike whether the address is known in
 * another domain or not; who is a user of this one already is answered unchanged.
 */
export const createUser = request({
  service: 'tenancy',
  operation: 'create-user',
  permission: 'MANAGE_USERS',
  executions: 'refused',
  rest: { method: 'POST', path: '/user', id: 'UserController_create', inactiveDomains: true },
  input: Strict({
    name: Type.String({ minLength: 3, maxLength: 50 }),
    email: Email,
    password: Password,
    /** Only that of the identity which has the address. */
    idpId: Type.Optional(Type.String({ maxLength: 200 })),
    isDashboardUser: Type.Optional(Type.Boolean()),
  }),
  output: NewUser,
  errors: ['MAX_USERS_REACHED', 'IDENTITY_MISMATCH'],
  timeoutMs: 5_000,
});

/** Makes a person a dashboard user of the domain, to be told their one-time link by whoever invited them: there is no mail server. */
export const inviteUser = request({
  service: 'tenancy',
  operation: 'invite-user',
  permission: 'MANAGE_USERS',
  executions: 'refused',
  rest: { method: 'POST', path: '/user/invite', id: 'UserController_invite', inactiveDomains: true },
  input: Strict({ email: Email }),
  output: NewUser,
  errors: ['MAX_USERS_REACHED'],
});
