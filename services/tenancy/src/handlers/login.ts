import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { login } from '@takaro/contracts/tenancy/users';
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
    if (!identity || !matches) throw new ServiceError('UNAUTHENTICATED');
    const token = newToken();
    const now = clock.now();
    await db.platformTransaction(async ({ sql }) => {
      await sql('DELETE FROM {platform}."session" WHERE "expiresAt" < $1', [new Date(now)]);
      await sql('INSERT INTO {platform}."session" ("id", "tokenHash", "identityId", "domainId", "expiresAt") VALUES ($1, $2, $3, $4, $5)', [
        newId(),
        tokenHash(token),
        identity.id,
        identity.passwordDomainId,
        new Date(now + limits.sessionLifetimeS * 1_000),
      ]);
    });
    return { token };
  };
