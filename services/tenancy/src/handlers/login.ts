import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { login } from '@takaro/contracts/tenancy/users';
import { audit, forgetOldEntries } from '../audit.ts';
import { newToken, tokenHash } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

interface IdentityRow {
  readonly id: string;
  readonly passwordHash: string | null;
  readonly passwordDomainId: string | null;
}

/** A session opens every domain of the identity, or the one whose admin set the password. */
export const handleLogin =
  ({ db, passwords, clock, limits }: Tenancy): Handler<typeof login> =>
  async ({ username, password }) => {
    const [identity] = await db.platformSql<IdentityRow>(
      'SELECT "id", "passwordHash", "passwordDomainId" FROM {platform}."identity" WHERE "email" = lower($1)',
      [username],
    );
    const matches = await passwords.matches(identity?.passwordHash ?? null, password);
    const now = clock.now();
    const who = identity ? { actorKind: 'identity' as const, actorId: identity.id } : { actorKind: 'unknown' as const };
    if (!identity || !matches) {
      await db.platformTransaction(({ sql }) => audit(sql, new Date(now), { action: 'sign-in', outcome: 'refused', ...who }));
      throw new ServiceError('UNAUTHENTICATED');
    }
    const token = newToken();
    const sessionId = newId();
    await db.platformTransaction(async ({ sql }) => {
      await sql('DELETE FROM {platform}."session" WHERE "expiresAt" < $1', [new Date(now)]);
      await sql('INSERT INTO {platform}."session" ("id", "tokenHash", "identityId", "domainId", "expiresAt") VALUES ($1, $2, $3, $4, $5)', [
        sessionId,
        tokenHash(token),
        identity.id,
        identity.passwordDomainId,
        new Date(now + limits.sessionLifetimeS * 1_000),
      ]);
      await audit(sql, new Date(now), { action: 'sign-in', ...who, domainId: identity.passwordDomainId ?? undefined, subject: sessionId });
      await forgetOldEntries(sql, new Date(now), limits.auditRetentionDays);
    });
    return { token };
  };
