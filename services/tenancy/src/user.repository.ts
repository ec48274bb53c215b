import { ServiceError } from '@takaro/contracts/errors';
import type { UserOutputWithRoles } from '@takaro/contracts/tenancy/shapes';
import type { TenantDb } from '@takaro/tenant-db';
import { rolesById } from './role.repository.ts';
import { showUser, type UserRow } from './user.entity.ts';

/** The system role that every user has without an assignment. */
const IMPLICIT_ROLE = 'User';

interface AssignmentRow {
  readonly id: string;
  readonly userId: string;
  readonly roleId: string;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** @throws ServiceError USER_NOT_FOUND */
export async function findUser(db: TenantDb, domainId: string, id: string): Promise<UserRow> {
  const [user] = await db.sql<UserRow>(domainId, 'SELECT * FROM {schema}."user" WHERE "id" = $1', [id]);
  if (!user) throw new ServiceError('USER_NOT_FOUND', { params: { id } });
  return user;
}

/** The user that came with the domain: the oldest holder of the system role `root`. @throws ServiceError DOMAIN_UNKNOWN */
export async function findRootUser(db: TenantDb, domainId: string): Promise<UserRow> {
  const [user] = await db.sql<UserRow>(
    domainId,
    `SELECT u.* FROM {schema}."user" u
       JOIN {schema}."userRole" ur ON ur."userId" = u."id"
       JOIN {schema}."role" r ON r."id" = ur."roleId" AND r."system" AND r."name" = 'root'
      ORDER BY u."createdAt", u."id" LIMIT 1`,
  );
  if (!user) throw new ServiceError('DOMAIN_UNKNOWN');
  return user;
}

/** Users with their unexpired roles and the implicit one, in the order given. */
export async function showUsersWithRoles(db: TenantDb, domainId: string, users: readonly UserRow[]): Promise<UserOutputWithRoles[]> {
  if (users.length === 0) return [];
  const roles = await rolesById(db, domainId);
  const implicit = [...roles.values()].find(({ name, system }) => system && name === IMPLICIT_ROLE);
  const assignments = await db.sql<AssignmentRow>(
    domainId,
    `SELECT * FROM {schema}."userRole" WHERE "userId" = ANY($1) AND ("expiresAt" IS NULL OR "expiresAt" > now()) ORDER BY "createdAt", "id"`,
    [users.map(({ id }) => id)],
  );
  const byUser = Map.groupBy(assignments, ({ userId }) => userId);
  return users.map((user) => {
    const stored = (byUser.get(user.id) ?? []).flatMap((row) => {
      const role = roles.get(row.roleId);
      return role ? [showAssignment(row, role)] : [];
    });
    const last = implicit ? [{ userId: user.id, roleId: implicit.id, role: implicit }] : [];
    return { ...showUser(user), roles: [...stored, ...last] };
  });
}

type Assignment = UserOutputWithRoles['roles'][number];

const showAssignment = (row: AssignmentRow, role: Assignment['role']): Assignment => ({
  userId: row.userId,
  roleId: row.roleId,
  role,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
