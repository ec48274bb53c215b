import { Type, type Static } from 'typebox';
import { Nullable, rowColumns, Uuid } from '../shapes.ts';

export const PermissionOutput = Type.Object({
  permission: Type.String(),
  friendlyName: Type.String(),
  description: Type.String(),
  canHaveCount: Type.Boolean(),
  moduleVersionId: Nullable(Uuid),
  module: Type.Optional(Type.Object({ id: Uuid, name: Type.String() })),
  version: Type.Optional(Type.Object({ id: Uuid, tag: Type.String() })),
  ...rowColumns,
});
export type PermissionOutput = Static<typeof PermissionOutput>;

export const PermissionOnRole = Type.Object({
  permissionId: Uuid,
  roleId: Uuid,
  permission: PermissionOutput,
  count: Nullable(Type.Integer()),
  ...rowColumns,
});

/** RoleOutput of the published API; its permissions are sorted by code. */
export const RoleOutput = Type.Object({
  name: Type.String(),
  permissions: Type.Array(PermissionOnRole),
  system: Type.Boolean(),
  linkedDiscordRoleId: Nullable(Type.String()),
  ...rowColumns,
});
export type RoleOutput = Static<typeof RoleOutput>;
