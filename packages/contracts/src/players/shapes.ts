import { Type, type Static } from 'typebox';
import { Instant, Nullable, rowColumns, Uuid } from '../shapes.ts';
import { RoleOutput } from '../tenancy/role-shapes.ts';

const nullableText = Nullable(Type.String());

/** PlayerRoleAssignmentOutput of the published API. The implicit role Player is assigned by no row and has the first three alone. */
export const RoleOfPlayer = Type.Object({
  playerId: Uuid,
  roleId: Uuid,
  role: RoleOutput,
  gameServerId: Type.Optional(Nullable(Uuid)),
  expiresAt: Type.Optional(Nullable(Instant)),
  ...Type.Partial(Type.Object(rowColumns)).properties,
});
export type RoleOfPlayer = Static<typeof RoleOfPlayer>;

/** PlayerOutput of the published API, without the optional relations. */
export const PlayerOutput = Type.Object({
  name: Type.String(),
  steamId: nullableText,
  xboxLiveId: nullableText,
  epicOnlineServicesId: nullableText,
  platformId: nullableText,
  steamAvatar: nullableText,
  steamAccountCreated: Nullable(Instant),
  steamCommunityBanned: Nullable(Type.Boolean()),
  steamEconomyBan: nullableText,
  steamVacBanned: Nullable(Type.Boolean()),
  steamsDaysSinceLastBan: Nullable(Type.Number()),
  steamNumberOfVACBans: Nullable(Type.Number()),
  steamLevel: Nullable(Type.Number()),
  steamLastFetch: Nullable(Instant),
  playtimeSeconds: Type.Number(),
  ...rowColumns,
});
export type PlayerOutput = Static<typeof PlayerOutput>;

/** `data.player` of functions: the player with the assignments of all game servers and the implicit role Player. */
export const PlayerSnapshot = Type.Object({ ...PlayerOutput.properties, roleAssignments: Type.Array(RoleOfPlayer) });
export type PlayerSnapshot = Static<typeof PlayerSnapshot>;

export const ItemInInventory = Type.Object({
  name: Type.String(),
  code: Type.String(),
  description: Type.Optional(nullableText),
  amount: Type.Optional(Nullable(Type.Number())),
  quality: Type.Optional(nullableText),
});

/** PlayerOnGameserverOutput of the published API. */
export const PlayerOnGameServerOutput = Type.Object({
  gameServerId: Uuid,
  playerId: Uuid,
  gameId: Type.String(),
  positionX: Nullable(Type.Number()),
  positionY: Nullable(Type.Number()),
  positionZ: Nullable(Type.Number()),
  dimension: nullableText,
  ip: nullableText,
  ping: Nullable(Type.Number()),
  currency: Type.Integer(),
  online: Type.Boolean(),
  inventory: Type.Array(ItemInInventory),
  lastSeen: Instant,
  playtimeSeconds: Type.Number(),
  ...rowColumns,
});
export type PlayerOnGameServerOutput = Static<typeof PlayerOnGameServerOutput>;

/**
 * `data.pog` of functions: its roles are the global assignments, then this server's, unexpired, each role once, the implicit role
 * Player last; the player is nested.
 */
export const PlayerOnGameServerSnapshot = Type.Object({
  ...PlayerOnGameServerOutput.properties,
  roles: Type.Array(RoleOfPlayer),
  player: Type.Optional(PlayerOutput),
});
export type PlayerOnGameServerSnapshot = Static<typeof PlayerOnGameServerSnapshot>;
