import { ServiceError } from '@takaro/contracts/errors';
import { PERMISSIONS } from '@takaro/contracts/permissions';
import type { TenantDb } from '@takaro/tenant-db';

/** What only dashboard users may use, unless they hold ROOT. */
const MANAGING: ReadonlySet<string> = new Set(PERMISSIONS.filter((code) => code.startsWith('MANAGE_')));

/** `lastSeen` is written at most this often per user: every request would otherwise be a write. */
const SEEN_EVERY_S = 60;

interface Effective {
  readonly permissions: string[];
  /** What the roles give and the user may not use. */
  readonly withheld: string[];
}

/**
 * The permissions of the user's unexpired roles and of the system role `User`. A code of the platform counts only where the platform
 * itself gave it. Notes that the user was seen, unless somebody else asks. @throws ServiceError UNAUTHENTICATED when there is no such user any more
 */
export async function effectivePermissions(
  db: TenantDb,
  domainId: string,
  userId: string,
  { noteSeen }: { readonly noteSeen: boolean },
): Promise<Effective> {
  const [row] = await db.sql<{ isDashboardUser: boolean; codes: string[] }>(
    domainId,
    `WITH "seen" AS (
       UPDATE {schema}."user" SET "lastSeen" = now() WHERE $4 AND "id" = $1 AND "lastSeen" < now() - make_interval(secs => $3)
     )
     SELECT u."isDashboardUser", ARRAY(
       SELECT DISTINCT p."code" FROM {schema}."role" r
         JOIN {schema}."rolePermission" rp ON rp."roleId" = r."id"
         JOIN {schema}."permission" p ON p."id" = rp."permissionId"
        WHERE (p."moduleVersionId" IS NULL OR p."code" <> ALL($2))
          AND ((r."system" AND r."name" = 'User') OR EXISTS (
            SELECT FROM {schema}."userRole" ur
             WHERE ur."userId" = u."id" AND ur."roleId" = r."id" AND (ur."expiresAt" IS NULL OR ur."expiresAt" > now())))
        ORDER BY 1
     ) AS "codes"
     FROM {schema}."user" u WHERE u."id" = $1`,
    [userId, PERMISSIONS, SEEN_EVERY_S, noteSeen],
  );
  if (!row) throw new ServiceError('UNAUTHENTICATED');
  if (row.isDashboardUser || row.codes.includes('ROOT')) return { permissions: row.codes, withheld: [] };
  return {
    permissions: row.codes.filter((code) => !MANAGING.has(code)),
    withheld: row.codes.filter((code) => MANAGING.has(code)),
  };
}
