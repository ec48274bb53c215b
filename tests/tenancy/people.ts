import { newId } from '@takaro/contracts/ids';
import { getPermissions, searchRoles } from '@takaro/contracts/tenancy/roles';
import type { World } from '@takaro/testing/world';
import type { Ask } from './tenancy-test.ts';

export interface Membership {
  readonly domainId: string;
  readonly userId: string;
}

interface Person {
  /** Whose password opens their domains: copied from this one. */
  readonly passwordOf: string;
  /** The only domain that it opens. @default all of them */
  readonly passwordOnlyIn?: string;
  readonly domains: readonly string[];
}

/** An identity with a user in each of the domains, without any role. */
export async function addPerson(
  { adminSql }: World,
  { passwordOf, passwordOnlyIn, domains }: Person,
): Promise<{ email: string; users: Membership[] }> {
  const identityId = newId();
  const email = `${identityId}@p.io`;
  const [source] = await adminSql<{ passwordHash: string }>(
    `INSERT INTO takaro_tenancy."identity" ("id", "email", "passwordSalt")
     SELECT $1, $2, "passwordSalt" FROM takaro_tenancy."identity" WHERE "email" = $3
     RETURNING (SELECT m."passwordHash" FROM takaro_tenancy."membership" m
       JOIN takaro_tenancy."identity" i ON i."id" = m."identityId" WHERE i."email" = $3)`,
    [identityId, email, passwordOf],
  );
  const users: Membership[] = [];
  for (const domainId of domains) {
    const userId = newId();
    await adminSql(`INSERT INTO "domain_${domainId}"."user" ("id", "name", "email", "idpId") VALUES ($1, 'Sam', $2, $3)`, [
      userId,
      email,
      identityId,
    ]);
    await adminSql(
      `INSERT INTO takaro_tenancy."membership" ("identityId", "domainId", "userId", "passwordHash", "createdAt")
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [
        identityId,
        domainId,
        userId,
        passwordOnlyIn === undefined || passwordOnlyIn === domainId ? (source?.passwordHash ?? null) : null,
        users.length,
      ],
    );
    users.push({ domainId, userId });
  }
  return { email, users };
}

/** Gives a user a role, from a past moment or until one. */
export const giveRole = (
  { adminSql }: World,
  { domainId, userId }: Membership,
  { role, expiresAt = null }: { role: string; expiresAt?: Date | null },
): Promise<unknown> =>
  adminSql(
    `INSERT INTO "domain_${domainId}"."userRole" ("id", "userId", "roleId", "expiresAt")
     SELECT $1, $2, "id", $4 FROM "domain_${domainId}"."role" WHERE "name" = $3`,
    [newId(), userId, role, expiresAt],
  );

/** A role with permissions of the platform. */
export async function addRole({ adminSql }: World, domainId: string, name: string, codes: readonly string[]): Promise<string> {
  const roleId = newId();
  await adminSql(`INSERT INTO "domain_${domainId}"."role" ("id", "name") VALUES ($1, $2)`, [roleId, name]);
  for (const code of codes) await grant({ adminSql }, { domainId, roleId, code });
  return roleId;
}

export const grant = (
  { adminSql }: Pick<World, 'adminSql'>,
  { domainId, roleId, code, count = null }: { domainId: string; roleId: string; code: string; count?: number | null },
): Promise<unknown> =>
  adminSql(
    `INSERT INTO "domain_${domainId}"."rolePermission" ("id", "roleId", "permissionId", "count")
     SELECT $1, $2, "id", $4 FROM "domain_${domainId}"."permission" WHERE "code" = $3`,
    [newId(), roleId, code, count],
  );

/** The rows of the permissions with these codes, in this order. */
export async function permissionIds(ask: Ask, codes: readonly string[]): Promise<string[]> {
  const permissions = await ask(getPermissions, {});
  return codes.map((code) => permissions.find(({ permission }) => permission === code)?.id ?? '');
}

export async function roleIdOf(ask: Ask, name: string): Promise<string> {
  const { rows } = await ask(searchRoles, { filters: { name: [name] } });
  return rows[0]?.id ?? '';
}
