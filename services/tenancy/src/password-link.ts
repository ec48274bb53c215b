import { ServiceError } from '@takaro/contracts/errors';
import type { Limits } from '@takaro/contracts/limits';
import type { OneTimeLink } from '@takaro/contracts/tenancy/shapes';
import type { Tx } from '@takaro/tenant-db';
import { effectivePermissions } from './effective-permissions.ts';
import { newToken, tokenHash } from './secrets.ts';
import type { Tenancy } from './tenancy.ts';

interface Minting {
  /** The user whose password it sets, in this domain. */
  readonly userId: string;
  /** The user who asks for it. */
  readonly mintedBy: string;
  readonly now: number;
  readonly limits: Pick<Limits, 'passwordLinkLifetimeS'>;
}

/** A link that sets the password of a user in this domain, once. An older one of the same user does not work any more. */
export async function mintPasswordLink(tx: Tx, { userId, mintedBy, now, limits }: Minting): Promise<OneTimeLink> {
  const token = newToken();
  const expiresAt = new Date(now + limits.passwordLinkLifetimeS * 1_000);
  await tx.sql('DELETE FROM {platform}."passwordLink" WHERE "expiresAt" < $1', [new Date(now)]);
  const minted = await tx.sql(
    `INSERT INTO {platform}."passwordLink" ("identityId", "domainId", "tokenHash", "mintedBy", "expiresAt")
     SELECT m."identityId", m."domainId", $3, $4, $5 FROM {platform}."membership" m WHERE m."domainId" = $1 AND m."userId" = $2
     ON CONFLICT ("identityId", "domainId") DO UPDATE SET
       "tokenHash" = EXCLUDED."tokenHash", "mintedBy" = EXCLUDED."mintedBy", "expiresAt" = EXCLUDED."expiresAt", "updatedAt" = now()
     RETURNING "domainId"`,
    [tx.domainId, userId, tokenHash(token), mintedBy, expiresAt],
  );
  if (minted.length === 0) throw new ServiceError('USER_NOT_FOUND', { params: { id: userId } });
  return { token, expiresAt: expiresAt.toISOString() };
}

/**
 * Whoever holds the link of a user can become that user. So it must not give its maker anything new: nobody gets past their own rights by
 * a link for the domain's owner. @throws ServiceError USER_MAY_DO_MORE
 */
export async function requireNoGain(
  parts: Pick<Tenancy, 'db' | 'bus'>,
  domainId: string,
  held: readonly string[],
  userId: string,
): Promise<void> {
  if (held.includes('ROOT')) return;
  const { permissions, withheld } = await effectivePermissions(parts, domainId, userId, { signsIn: false });
  if ([...permissions, ...withheld].some((code) => !held.includes(code))) throw new ServiceError('USER_MAY_DO_MORE');
}
