import { Type } from 'typebox';
import { request } from '../contract.ts';
import { SETTING_KEYS, type SettingKey } from '../settings.ts';
import { Instant, Nullable, OneOf, Strict, Uuid } from '../shapes.ts';
import { DOMAIN_STATES, domainLimits, PermissionOutput, RoleOutput, UserOutputWithRoles } from './shapes.ts';

const StoredSettings = Type.Unsafe<Readonly<Record<SettingKey, string | null>>>(
  Strict(Object.fromEntries(SETTING_KEYS.map((key) => [key, Nullable(Type.String())]))),
);

/** How long a credential or a hint may be: the gateway refuses a longer one like any that nobody knows, and asks nobody about it. */
export const CREDENTIAL_CHARS = { session: 4_096, apiToken: 4_096, domainHint: 200, adminSecret: 1_000 } as const;

/**
 * Turns what a person or program holds into a bus token of kind user, good for 60 s in one domain.
 * An API token fixes user and domain. A session goes to the hinted domain, or to the first ACTIVE one of its identity; where none
 * is ACTIVE, to the hinted or first one all the same, with its state: what is answered there is the gateway's to know.
 * @throws UNAUTHENTICATED no or unknown session, or not a user of the hinted domain
 * @throws TOKEN_REFUSED bad or expired API token
 */
export const exchangeSession = request({
  service: 'tenancy',
  operation: 'exchange-session',
  access: 'public',
  input: Strict({
    /** From `Authorization: Bearer`. */
    session: Type.Optional(Type.String({ maxLength: CREDENTIAL_CHARS.session })),
    /** From `x-takaro-token`. */
    apiToken: Type.Optional(Type.String({ maxLength: CREDENTIAL_CHARS.apiToken })),
    /** From `X-Takaro-Domain` or the cookie `takaro-domain`. */
    domainHint: Type.Optional(Type.String({ maxLength: CREDENTIAL_CHARS.domainHint })),
    /** From `X-Takaro-Module`, where there is such a module: marks events that the token's holder causes, and allows nothing. */
    moduleId: Type.Optional(Uuid),
  }),
  output: Strict({
    token: Type.String(),
    domainId: Type.String(),
    userId: Uuid,
    expiresAt: Instant,
    /** Anything but ACTIVE: routes without `inactiveDomains` are to be refused with DOMAIN_INACTIVE. */
    domainState: OneOf(DOMAIN_STATES),
    /** What the token carries, for the gateway's early check. */
    permissions: Type.Array(Type.String()),
    /** Permissions that the roles give but the token lacks, because the user is no dashboard user: NOT_A_DASHBOARD_USER. */
    withheld: Type.Array(Type.String()),
  }),
  errors: ['DOMAIN_HINT_UNKNOWN'],
  idempotent: true,
});

/** Turns the installation's admin secret into a bus token of kind admin. @throws PERMISSION_DENIED */
export const exchangeAdminSecret = request({
  service: 'tenancy',
  operation: 'exchange-admin-secret',
  access: 'public',
  input: Strict({ secret: Type.String({ maxLength: CREDENTIAL_CHARS.adminSecret }) }),
  output: Strict({ token: Type.String() }),
  errors: [],
  idempotent: true,
});

/** What is stored for the domain; null where the default holds. */
export const getDomainSettings = request({
  service: 'tenancy',
  operation: 'get-domain-settings',
  access: 'internal',
  input: Strict({}),
  output: StoredSettings,
  errors: [],
  idempotent: true,
});

/** Every role of the domain with its permissions. */
export const getDomainRoles = request({
  service: 'tenancy',
  operation: 'get-domain-roles',
  access: 'internal',
  input: Strict({}),
  output: Strict({ roles: Type.Array(RoleOutput) }),
  errors: [],
  idempotent: true,
});

/** The ACTIVE or MAINTENANCE domain whose game servers register with this token. */
export const resolveDomainByRegistrationToken = request({
  service: 'tenancy',
  operation: 'resolve-domain-by-registration-token',
  access: 'internal',
  scope: 'platform',
  callers: ['gameservers'],
  input: Strict({ registrationToken: Type.String({ maxLength: 1_000 }) }),
  output: Strict({ domainId: Type.String(), maxGameservers: Type.Integer() }),
  errors: ['DOMAIN_NOT_FOUND'],
  idempotent: true,
});

/** Makes the stored permissions of a version those given: roles keep what they had of codes that stay. */
export const registerVersionPermissions = request({
  service: 'tenancy',
  operation: 'register-version-permissions',
  access: 'internal',
  callers: ['modules'],
  input: Strict({
    moduleId: Uuid,
    versionId: Uuid,
    permissions: Type.Array(
      Strict({
        permission: Type.String({ minLength: 1, maxLength: 200 }),
        friendlyName: Type.String({ minLength: 1, maxLength: 1_000 }),
        description: Type.String({ minLength: 1, maxLength: 131_072 }),
        canHaveCount: Type.Boolean(),
      }),
      { maxItems: 1_000 },
    ),
  }),
  output: Strict({ permissions: Type.Array(PermissionOutput) }),
  errors: ['PERMISSION_RESERVED'],
  idempotent: true,
});

/** State and limits of the domain. */
export const getDomainLimits = request({
  service: 'tenancy',
  operation: 'get-domain-limits',
  access: 'internal',
  input: Strict({}),
  output: Strict({ ...domainLimits, state: OneOf(DOMAIN_STATES) }),
  errors: [],
  idempotent: true,
});

/** The user that is linked to a player; null where there is none. */
export const getUserByPlayer = request({
  service: 'tenancy',
  operation: 'get-user-by-player',
  access: 'internal',
  input: Strict({ playerId: Uuid }),
  output: Strict({ user: Nullable(UserOutputWithRoles) }),
  errors: [],
  idempotent: true,
});

/** Those of the ids that exist, in no particular order. */
export const getUsersByIds = request({
  service: 'tenancy',
  operation: 'get-users-by-ids',
  access: 'internal',
  input: Strict({ ids: Type.Array(Uuid, { maxItems: 1_000 }) }),
  output: Strict({ users: Type.Array(UserOutputWithRoles) }),
  errors: [],
  idempotent: true,
});
