import { ServiceError } from '@takaro/contracts/errors';
import { PERMISSIONS } from '@takaro/contracts/permissions';
import type { TenantDb } from '@takaro/tenant-db';
import { rolesOfPlayer } from './linked-player.ts';
import type { Tenancy } from './tenancy.ts';

/** What only dashboard users may use, unless they hold ROOT. */
const MANAGING: ReadonlySet<string> = new Set(PERMISSIONS.filter((code) => code.startsWith('MANAGE_')));

/** `lastSeen` is written at most this often per user: every request would otherwise be a write. */
const SEEN_EVERY_S = 60;

export interface Effective {
  readonly permissions: string[];
  /** What the roles give and the user may not use. */
  readonly withheld: string[];
}

interface Reason {
  /** It is the user who comes. That is noted, and while players does not answer the user's own roles alone hold: less, never more. */
  readonly signsIn: boolean;
}

type Parts = Pick<Tenancy, 'db' | 'bus'>;

/**
 * What the user's roles give, and those of the player that the user is linked to. Whoever is no dashboard user may not manage, unless a
 * role of their own gives ROOT.
 * @throws ServiceError UNAUTHENTICATED when there is no such user any more
 * @throws ServiceError UNAVAILABLE, DEADLINE_EXCEEDED when players does not answer and somebody else asks: who may do more must not seem
 *   to be one who may do less
 */
export async function effectivePermissions(parts: Parts, domainId: string, userId: string, { signsIn }: Reason): Promise<Effective> {
  const { isDashboardUser, playerId, codes } = await ownPermissions(parts.db, domainId, userId, signsIn);
  // Who may do everything gains nothing by being a player.
  if (codes.includes('ROOT')) return { permissions: codes, withheld: [] };
  const ofPlayer =
    playerId === null ? [] : await permissionsOfPlayer(parts, domainId, playerId).catch(signsIn ? noneFor(parts, domainId) : fail);
  const all = [...new Set([...codes, ...ofPlayer])].toSorted();
  if (isDashboardUser) return { permissions: all, withheld: [] };
  // ROOT satisfies every check, that of a dashboard user too: in its place stands what it gives besides managing.
  const spelledOut = all.includes('ROOT') ? [...new Set([...all, ...PERMISSIONS])].toSorted() : all;
  const isWithheld = (code: string): boolean => code === 'ROOT' || MANAGING.has(code);
  return { permissions: spelledOut.filter((code) => !isWithheld(code)), withheld: spelledOut.filter(isWithheld) };
}

/** A code of the platform counts only where the platform itself gave it. */
const GIVEN_BY_ROLES = `SELECT DISTINCT p."code" FROM {schema}."role" r
   JOIN {schema}."rolePermission" rp ON rp."roleId" = r."id"
   JOIN {schema}."permission" p ON p."id" = rp."permissionId"
  WHERE (p."moduleVersionId" IS NULL OR p."code" <> ALL($2))`;

interface Own {
  readonly isDashboardUser: boolean;
  readonly playerId: string | null;
  readonly codes: string[];
}

/** Of the user's unexpired roles and of the system role `User`. */
async function ownPermissions(db: TenantDb, domainId: string, userId: string, noteSeen: boolean): Promise<Own> {
  const [row] = await db.sql<Own>(
    domainId,
    `WITH "seen" AS (
       UPDATE {schema}."user" SET "lastSeen" = now() WHERE $4 AND "id" = $1 AND "lastSeen" < now() - make_interval(secs => $3)
     )
     SELECT u."isDashboardUser", u."playerId", ARRAY(
       ${GIVEN_BY_ROLES}
          AND ((r."system" AND r."name" = 'User') OR EXISTS (
            SELECT FROM {schema}."userRole" ur
             WHERE ur."userId" = u."id" AND ur."roleId" = r."id" AND (ur."expiresAt" IS NULL OR ur."expiresAt" > now())))
        ORDER BY 1
     ) AS "codes"
     FROM {schema}."user" u WHERE u."id" = $1`,
    [userId, PERMISSIONS, SEEN_EVERY_S, noteSeen],
  );
  if (!row) throw new ServiceError('UNAUTHENTICATED');
  return row;
}

async function permissionsOfPlayer(parts: Parts, domainId: string, playerId: string): Promise<string[]> {
  const roleIds = await rolesOfPlayer(parts, domainId, playerId);
  const rows = await parts.db.sql<{ code: string }>(domainId, `${GIVEN_BY_ROLES} AND r."id" = ANY($1)`, [roleIds, PERMISSIONS]);
  return rows.map(({ code }) => code);
}

const noneFor =
  ({ bus }: Parts, domainId: string) =>
  (error: unknown): string[] => {
    bus.log.warn({ domainId, err: error }, 'the roles of a linked player are not known');
    return [];
  };

function fail(error: unknown): never {
  throw error;
}
