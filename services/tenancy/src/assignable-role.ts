import { ServiceError } from '@takaro/contracts/errors';
import type { Tx } from '@takaro/tenant-db';
import { lockRole } from './write-role.ts';

/** What everybody has, or every player: nobody is given it. */
const IMPLICIT: ReadonlySet<string> = new Set(['User', 'Player']);

/** The role, as it can be given to users. @throws ServiceError ROLE_NOT_FOUND, SYSTEM_ROLE_NOT_ASSIGNABLE */
export async function assignableRole(tx: Tx, roleId: string): Promise<{ readonly name: string; readonly isRoot: boolean }> {
  const { name, system } = await lockRole(tx, roleId);
  if (system && IMPLICIT.has(name)) throw new ServiceError('SYSTEM_ROLE_NOT_ASSIGNABLE');
  return { name, isRoot: system && name === 'root' };
}

/** Whether the role gives ROOT by a permission of the platform. */
export async function containsRoot({ sql }: Tx, roleId: string): Promise<boolean> {
  const found = await sql(
    `SELECT FROM {schema}."rolePermission" rp JOIN {schema}."permission" p ON p."id" = rp."permissionId"
      WHERE rp."roleId" = $1 AND p."code" = 'ROOT' AND p."moduleVersionId" IS NULL`,
    [roleId],
  );
  return found.length > 0;
}
