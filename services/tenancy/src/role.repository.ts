import type { PermissionOutput, RoleOutput } from '@takaro/contracts/tenancy/shapes';
import type { TenantDb } from '@takaro/tenant-db';
import type { RoleRow } from './role.entity.ts';

export interface PermissionRow {
  readonly id: string;
  readonly code: string;
  readonly friendlyName: string;
  readonly description: string;
  readonly canHaveCount: boolean;
  readonly moduleVersionId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface GrantRow {
  readonly id: string;
  readonly roleId: string;
  readonly count: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly permission: PermissionRow;
}

export const showPermission = (row: PermissionRow): PermissionOutput => ({
  permission: row.code,
  friendlyName: row.friendlyName,
  description: row.description,
  canHaveCount: row.canHaveCount,
  moduleVersionId: row.moduleVersionId,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

const showGrant = (row: GrantRow): RoleOutput['permissions'][number] => ({
  permissionId: row.permission.id,
  roleId: row.roleId,
  permission: showPermission(row.permission),
  count: row.count,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Every role with its permissions, which are sorted by code. Roles of a domain are few: nobody asks for less than all. */
export async function rolesById(db: TenantDb, domainId: string): Promise<ReadonlyMap<string, RoleOutput>> {
  const roles = await storedRoles(db, domainId);
  return new Map(roles.map((role) => [role.id, { ...role, permissions: role.permissions.map(withCount) }]));
}

/** The published API shows 0 where no count was given. */
const withCount = (grant: RoleOutput['permissions'][number]) => ({ ...grant, count: grant.count ?? 0 });

/** As they are stored: functions tell a count that was not given from 0. */
export async function storedRoles(db: TenantDb, domainId: string): Promise<RoleOutput[]> {
  const roles = await db.sql<RoleRow>(domainId, `SELECT * FROM {schema}."role" ORDER BY "createdAt", "id"`);
  const grants = await grantsByRole(db, domainId);
  return roles.map((role) => showRole(role, grants.get(role.id) ?? []));
}

const showRole = (row: RoleRow, grants: readonly GrantRow[]): RoleOutput => ({
  name: row.name,
  permissions: grants.map(showGrant),
  system: row.system,
  linkedDiscordRoleId: row.linkedDiscordRoleId ?? null,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

async function grantsByRole(db: TenantDb, domainId: string): Promise<ReadonlyMap<string, GrantRow[]>> {
  const grants = await db.sql<Omit<GrantRow, 'permission'> & { readonly permissionId: string }>(
    domainId,
    'SELECT * FROM {schema}."rolePermission"',
  );
  const permissions = new Map((await permissionRows(db, domainId)).map((row, index) => [row.id, { row, index }]));
  const known = grants.flatMap((grant) => {
    const permission = permissions.get(grant.permissionId);
    return permission ? [{ ...grant, permission: permission.row, index: permission.index }] : [];
  });
  return Map.groupBy(
    known.toSorted((one, other) => one.index - other.index),
    ({ roleId }) => roleId,
  );
}

/** Sorted by code, those of the platform before those of modules. */
export const permissionRows = (db: TenantDb, domainId: string): Promise<PermissionRow[]> =>
  db.sql<PermissionRow>(domainId, `SELECT * FROM {schema}."permission" ORDER BY "code" COLLATE "C", "moduleVersionId" NULLS FIRST`);
