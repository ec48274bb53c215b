import { Type, type Static } from 'typebox';
import { PlayerSnapshot } from '../players/shapes.ts';
import { SETTING_KEYS } from '../settings.ts';
import { Instant, Nullable, OneOf, rowColumns, Uuid } from '../shapes.ts';
import { RoleOutput } from './role-shapes.ts';

export { PermissionOnRole, PermissionOutput, RoleOutput } from './role-shapes.ts';

export const DOMAIN_STATES = ['ACTIVE', 'DISABLED', 'MAINTENANCE'] as const;
export type DomainState = (typeof DOMAIN_STATES)[number];

/** How much of everything a domain may have; `rateLimitDuration` is in milliseconds. */
export const domainLimits = {
  rateLimitPoints: Type.Integer(),
  rateLimitDuration: Type.Integer(),
  maxGameservers: Type.Integer(),
  maxUsers: Type.Integer(),
  eventRetentionDays: Type.Integer(),
  maxVariables: Type.Integer(),
  maxModules: Type.Integer(),
  maxFunctionsInModule: Type.Integer(),
};

/** DomainOutput of the published API. The registration token is shown to those who may manage game servers. */
export const DomainOutput = Type.Object({
  name: Type.String(),
  externalReference: Nullable(Type.String()),
  state: OneOf(DOMAIN_STATES),
  serverRegistrationToken: Type.Optional(Type.String()),
  ...domainLimits,
  ...rowColumns,
  /** A readable slug, such as `heavy-otters-joke`. */
  id: Type.String(),
});
export type DomainOutput = Static<typeof DomainOutput>;

/** UserOutput of the published API. `player` is absent for users without one, and composed by whoever asks for it. */
export const UserOutput = Type.Object({
  name: Type.String(),
  email: Type.String(),
  idpId: Type.String(),
  discordId: Nullable(Type.String()),
  lastSeen: Instant,
  playerId: Nullable(Uuid),
  isDashboardUser: Type.Boolean(),
  player: Type.Optional(PlayerSnapshot),
  ...rowColumns,
});
export type UserOutput = Static<typeof UserOutput>;

/** A stored assignment of a role, or the implicit one of the system role `User`: that has no id and no dates. */
export const UserAssignmentOutput = Type.Object({
  userId: Uuid,
  roleId: Uuid,
  role: RoleOutput,
  expiresAt: Type.Optional(Nullable(Instant)),
  id: Type.Optional(Uuid),
  createdAt: Type.Optional(Instant),
  updatedAt: Type.Optional(Instant),
});

export const UserOutputWithRoles = Type.Object({ ...UserOutput.properties, roles: Type.Array(UserAssignmentOutput) });
export type UserOutputWithRoles = Static<typeof UserOutputWithRoles>;

/** No longer than what sign-in takes as a name. */
export const Email = Type.String({ format: 'email', minLength: 3, maxLength: 50 });

/** What sign-in takes. */
export const Password = Type.String({ minLength: 8, maxLength: 50 });

/** Shown once, to whoever made it: it sets the password of one user in one domain. */
export const OneTimeLink = Type.Object({ token: Type.String(), expiresAt: Instant });
export type OneTimeLink = Static<typeof OneTimeLink>;

export const SettingsOutput = Type.Object({
  key: OneOf(SETTING_KEYS),
  value: Type.String(),
  /** Stored nowhere; stored for the domain; stored for the game server asked for; asked for a game server, stored for the domain. */
  type: OneOf(['default', 'global', 'override', 'inherit']),
  description: Type.String(),
  canHaveGameServerOverride: Type.Boolean(),
});
export type SettingsOutput = Static<typeof SettingsOutput>;
