import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { login } from '@takaro/contracts/tenancy/users';
import { audit } from '../audit.ts';
import { newSalt } from '../hashing/passwords.ts';
import { findIdentity } from '../identity.repository.ts';
import { newToken, sameText, tokenHash } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

/** A session opens every domain of the identity that has this password. */
export const handleLogin = (tenancy: Tenancy): Handler<typeof login> => {
  const { db, passwords, failures } = tenancy;
  const nobodys = newSalt();
  return async ({ username, password, address }) => {
    const attempt = { username, address };
    passwords.checkRoom();
    await failures.check(attempt);
    const identity = await findIdentity(db, username);
    // Looked at again when its turn has come: of many that come at once not many more are tried than may fail.
    const domainIds = await passwords.inTurn(async (hash) => {
      await failures.check(attempt);
      const opened = await domainsOpenedBy(db, identity?.id, await hash(password, identity?.passwordSalt ?? nobodys));
      if (opened.length === 0) await failures.add(attempt);
      return opened;
    });
    if (!identity || domainIds.length === 0) {
      await tellRefusal(tenancy, identity?.id);
      throw new ServiceError('UNAUTHENTICATED');
    }
    await failures.forgive(attempt);
    return { token: await openSession(tenancy, identity.id, domainIds) };
  };
};

async function domainsOpenedBy(db: Tenancy['db'], identityId: string | undefined, hash: string): Promise<string[]> {
  const memberships = await db.platformSql<{ domainId: string; passwordHash: string }>(
    'SELECT "domainId", "passwordHash" FROM {platform}."membership" WHERE "identityId" = $1 AND "passwordHash" IS NOT NULL',
    [identityId ?? null],
  );
  return memberships.filter(({ passwordHash }) => sameText(passwordHash, hash)).map(({ domainId }) => domainId);
}

const tellRefusal = ({ db, clock }: Tenancy, identityId: string | undefined): Promise<void> =>
  db.platformTransaction(({ sql }) =>
    audit(sql, new Date(clock.now()), {
      action: 'sign-in',
      outcome: 'refused',
      ...(identityId === undefined ? { actorKind: 'unknown' } : { actorKind: 'identity', actorId: identityId }),
    }),
  );

async function openSession({ db, clock, limits }: Tenancy, identityId: string, domainIds: readonly string[]): Promise<string> {
  const token = newToken();
  const sessionId = newId();
  const now = clock.now();
  const at = new Date(now);
  await db.platformTransaction(async ({ sql }) => {
    await sql('INSERT INTO {platform}."session" ("id", "tokenHash", "identityId", "domainIds", "expiresAt") VALUES ($1, $2, $3, $4, $5)', [
      sessionId,
      tokenHash(token),
      identityId,
      domainIds,
      new Date(now + limits.sessionLifetimeS * 1_000),
    ]);
    const [only, ...others] = domainIds;
    const domainId = others.length === 0 ? only : undefined;
    await audit(sql, at, { action: 'sign-in', actorKind: 'identity', actorId: identityId, domainId, subject: sessionId });
  });
  return token;
}
