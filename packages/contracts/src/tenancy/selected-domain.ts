import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Empty, Strict } from '../shapes.ts';

/** Has requests without a hint go to this domain, by a cookie. One that the session does not open is refused as a hint would be. */
export const setSelectedDomain = request({
  service: 'tenancy',
  operation: 'set-selected-domain',
  permission: [],
  executions: 'refused',
  rest: {
    method: 'POST',
    path: '/selected-domain/:domainId',
    id: 'UserController_setSelectedDomain',
    inactiveDomains: true,
    domainCookie: 'set',
  },
  input: Strict({ domainId: Type.String({ minLength: 1, maxLength: 200 }) }),
  output: Empty,
  errors: ['DOMAIN_HINT_UNKNOWN'],
  idempotent: true,
});

/** Forgets the choice. */
export const deleteSelectedDomain = request({
  service: 'tenancy',
  operation: 'delete-selected-domain',
  access: 'public',
  rest: { method: 'DELETE', path: '/selected-domain', id: 'UserController_deleteSelectedDomainCookie', domainCookie: 'clear' },
  input: Strict({}),
  output: Empty,
  errors: [],
  idempotent: true,
});
