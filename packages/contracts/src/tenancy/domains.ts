import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, OneOf, Page, Strict } from '../shapes.ts';
import { DOMAIN_STATES, DomainOutput, RoleOutput, UserOutput } from './shapes.ts';

/** Ids are asked for as they come: one that cannot be a domain's answers as one that does not exist. */
const AnyDomainId = Type.String({ minLength: 1, maxLength: 200 });
const Label = Type.String({ minLength: 3, maxLength: 200 });
const Amount = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });

const settable = {
  externalReference: Type.Optional(Label),
  state: Type.Optional(OneOf(DOMAIN_STATES)),
  maxGameservers: Type.Optional(Amount),
  maxUsers: Type.Optional(Amount),
  eventRetentionDays: Type.Optional(Amount),
  maxVariables: Type.Optional(Amount),
  maxModules: Type.Optional(Amount),
  maxFunctionsInModule: Type.Optional(Amount),
  /** Executions that may begin per `rateLimitDuration` ms. */
  rateLimitPoints: Type.Optional(Amount),
  rateLimitDuration: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 86_400_000 })),
};

export const searchDomains = request({
  service: 'tenancy',
  operation: 'search-domains',
  access: 'admin',
  rest: { method: 'POST', path: '/domain/search', id: 'DomainController_search' },
  input: Search({
    filters: { id: Type.String(), name: Type.String(), state: Type.String(), externalReference: Type.String() },
    search: ['name', 'externalReference'],
    extend: 'ignored',
  }),
  output: Page(DomainOutput),
  errors: [],
  idempotent: true,
});

export const getDomain = request({
  service: 'tenancy',
  operation: 'get-domain',
  access: 'admin',
  rest: { method: 'GET', path: '/domain/:id', id: 'DomainController_getOne' },
  input: Strict({ id: AnyDomainId }),
  output: DomainOutput,
  errors: ['DOMAIN_NOT_FOUND'],
});

export const updateDomain = request({
  service: 'tenancy',
  operation: 'update-domain',
  access: 'admin',
  rest: { method: 'PUT', path: '/domain/:id', id: 'DomainController_update' },
  input: Strict({ id: AnyDomainId, name: Type.Optional(Label), ...settable }),
  output: DomainOutput,
  errors: ['DOMAIN_NOT_FOUND', 'EXTERNAL_REFERENCE_TAKEN'],
});

/** Soft: the domain becomes DISABLED and its game servers are disabled. Hard: nothing of it is left. */
export const deleteDomain = request({
  service: 'tenancy',
  operation: 'delete-domain',
  access: 'admin',
  rest: { method: 'DELETE', path: '/domain/:id', id: 'DomainController_remove', query: ['hardDelete'] },
  input: Strict({ id: AnyDomainId, hardDelete: Type.Optional(Type.Boolean()) }),
  output: Empty,
  errors: ['DOMAIN_NOT_FOUND'],
  timeoutMs: 30_000,
});

/** Waits until the domain is provisioned. An `id` from the caller is ignored; the password of the root user is shown this once. */
export const createDomain = request({
  service: 'tenancy',
  operation: 'create-domain',
  access: 'admin',
  rest: { method: 'POST', path: '/domain', id: 'DomainController_create' },
  input: Strict({ name: Label, id: Type.Optional(Label), ...settable }),
  output: Type.Object({ createdDomain: DomainOutput, rootUser: UserOutput, rootRole: RoleOutput, password: Type.String() }),
  errors: ['EXTERNAL_REFERENCE_TAKEN'],
  timeoutMs: 30_000,
});

/** A long-lived token of the domain's root user, for the header `x-takaro-token`. */
export const createToken = request({
  service: 'tenancy',
  operation: 'create-token',
  access: 'admin',
  rest: { method: 'POST', path: '/token', id: 'DomainController_getToken' },
  input: Strict({ domainId: AnyDomainId }),
  output: Strict({ token: Type.String() }),
  errors: ['DOMAIN_NOT_FOUND'],
});

/** The domain whose game servers register with this token; a DISABLED one is not found. */
export const resolveRegistrationToken = request({
  service: 'tenancy',
  operation: 'resolve-registration-token',
  access: 'admin',
  rest: { method: 'POST', path: '/resolve-registration-token', id: 'DomainController_resolveRegistrationToken' },
  input: Strict({ registrationToken: Type.String({ minLength: 1, maxLength: 200 }) }),
  output: DomainOutput,
  errors: ['DOMAIN_NOT_FOUND'],
  idempotent: true,
});

/** The old registration token stops working at once and connections that came with it are dropped. */
export const regenerateRegistrationToken = request({
  service: 'tenancy',
  operation: 'regenerate-registration-token',
  permission: 'MANAGE_GAMESERVERS',
  executions: 'refused',
  rest: { method: 'DELETE', path: '/gameserver/registrationToken', id: 'GameServerController_regenerateRegistrationToken' },
  input: Strict({}),
  output: Empty,
  errors: [],
});
