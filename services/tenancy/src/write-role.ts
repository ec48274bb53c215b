import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { PermissionInput } from '@takaro/contracts/tenancy/roles';
import type { RoleOutput } from '@takaro/contracts/tenancy/shapes';
import { onConstraint, onUnique, type TenantDb, type Tx } from '@takaro/tenant-db';
import type { RoleRow } from './role.entity.ts';
import { rolesById } from './role.repository.ts';

/** Makes the permissions of a role those given. What it had already keeps its row. */
export async function replaceGrants({ sql }: Tx, roleId: string, permissions: readonly PermissionInput[]): Promise<void> {
  const counts = new Map(permissions.map(({ permissionId, count }) => [permissionId, count ?? null]));
  const permissionIds = [...counts.keys()];
  await sql('DELETE FROM {schema}."rolePermission" WHERE "roleId" = $1 AND "permissionId" <> ALL($2)', [roleId, permissionIds]);
  await sql(
    `INSERT INTO {schema}."rolePermission" ("id", "roleId", "permissionId", "count")
     SELECT given."id", $1, given."permissionId", given."count"
       FROM unnest($2::uuid[], $3::uuid[], $4::integer[]) AS given ("id", "permissionId", "count")
     ON CONFLICT ("roleId", "permissionId") DO UPDATE SET "count" = excluded."count", "updatedAt" = now()`,
    [roleId, permissionIds.map(() => newId()), permissionIds, [...counts.values()]],
  );
}

/** What a write of a role may run into. */
export async function refusingRole<T>(writing: Promise<T>): Promise<T> {
  return writing
    .catch(onUnique('role_name_unique', 'ROLE_NAME_TAKEN'))
    .catch(onConstraint('rolePermission_permissionId_fkey', 'PERMISSION_NOT_FOUND'));
}

/** The role, locked until the end of the transaction. @throws ServiceError ROLE_NOT_FOUND */
export async function lockRole({ sql }: Tx, id: string): Promise<RoleRow> {
  const [role] = await sql<RoleRow>('SELECT * FROM {schema}."role" WHERE "id" = $1 FOR UPDATE', [id]);
  if (!role) throw new ServiceError('ROLE_NOT_FOUND');
  return role;
}

/** The role as it is shown. @throws ServiceError ROLE_NOT_FOUND */
export async function shownRole(db: TenantDb, domainId: string, id: string): Promise<RoleOutput> {
  const role = (await rolesById(db, domainId)).get(id);
  if (!role) throw new ServiceError('ROLE_NOT_FOUND');
  return role;
}
