import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { setPassword } from '@takaro/contracts/tenancy/passwords';
import type { TenantDb, Tx } from '@takaro/tenant-db';
import { audit } from '../audit.ts';
import { effectivePermissions } from '../effective-permissions.ts';
import { requireNoGain } from '../password-link.ts';
import { tokenHash } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

interface LinkRow {
  readonly identityId: string;
  readonly domainId: string;
  readonly userId: string;
  readonly mintedBy: string;
  readonly passwordSalt: string;
}

export const handleSetPassword =
  (tenancy: Tenancy): Handler<typeof setPassword> =>
  async ({ token, password }) => {
    const { db, passwords, clock } = tenancy;
    const hash = tokenHash(token);
    const at = new Date(clock.now());
    const link = await findLink(db, hash, at);
    await requireStillNoGain(tenancy, link);
    const passwordHash = await passwords.hash(password, link.passwordSalt);
    await db.platformTransaction(async ({ sql }) => {
      const used = await sql('DELETE FROM {platform}."passwordLink" WHERE "tokenHash" = $1 RETURNING "domainId"', [hash]);
      if (used.length === 0) throw new ServiceError('PASSWORD_LINK_REFUSED');
      await store(sql, link, passwordHash);
      const { identityId: actorId, domainId, userId: subject } = link;
      await audit(sql, at, { action: 'password-set', actorKind: 'identity', actorId, domainId, subject });
    });
    return {};
  };

async function findLink(db: TenantDb, hash: Buffer, at: Date): Promise<LinkRow> {
  const [link] = await db.platformSql<LinkRow>(
    `SELECT l."identityId", l."domainId", m."userId", l."mintedBy", i."passwordSalt" FROM {platform}."passwordLink" l
       JOIN {platform}."membership" m ON m."identityId" = l."identityId" AND m."domainId" = l."domainId"
       JOIN {platform}."identity" i ON i."id" = l."identityId"
      WHERE l."tokenHash" = $1 AND l."expiresAt" > $2`,
    [hash, at],
  );
  if (!link) throw new ServiceError('PASSWORD_LINK_REFUSED');
  return link;
}

/** Roles may have come since the link was made; who made it still holds it. */
async function requireStillNoGain(tenancy: Tenancy, { domainId, userId, mintedBy }: LinkRow): Promise<void> {
  // Who linked a player made it for themselves.
  if (mintedBy === userId) return;
  try {
    const { permissions } = await effectivePermissions(tenancy, domainId, mintedBy, { signsIn: false });
    await requireNoGain(tenancy, domainId, permissions, userId);
  } catch (error) {
    if (error instanceof ServiceError && (error.code === 'USER_MAY_DO_MORE' || error.code === 'UNAUTHENTICATED')) {
      throw new ServiceError('PASSWORD_LINK_REFUSED', { cause: error });
    }
    throw error;
  }
}

/** In the domain of the link alone; sessions lose that domain, and end where it was their only one. */
async function store(sql: Tx['sql'], { identityId, domainId }: LinkRow, passwordHash: string): Promise<void> {
  await sql('UPDATE {platform}."membership" SET "passwordHash" = $3, "updatedAt" = now() WHERE "identityId" = $1 AND "domainId" = $2', [
    identityId,
    domainId,
    passwordHash,
  ]);
  await sql(
    `UPDATE {platform}."session" SET "domainIds" = array_remove("domainIds", $2), "updatedAt" = now()
      WHERE "identityId" = $1 AND $2 = ANY("domainIds")`,
    [identityId, domainId],
  );
  await sql(`DELETE FROM {platform}."session" WHERE "identityId" = $1 AND "domainIds" = '{}'`, [identityId]);
}
