import type { Handler } from '@takaro/bus';
import { newId } from '@takaro/contracts/ids';
import type { createToken } from '@takaro/contracts/tenancy/domains';
import { newApiToken } from '../api-token.ts';
import { actorOf, audit } from '../audit.ts';
import { findDomain } from '../domain.repository.ts';
import { tokenHash } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';
import { findRootUser } from '../user.repository.ts';

export const handleCreateToken =
  ({ db, clock, limits }: Tenancy): Handler<typeof createToken> =>
  async ({ domainId }, caller) => {
    await findDomain(db, domainId);
    const token = newApiToken(domainId);
    const user = await findRootUser(db, domainId);
    const id = newId();
    const expiresAt = new Date(clock.now() + limits.apiTokenLifetimeS * 1_000);
    await db.transaction(domainId, async ({ sql }) => {
      await sql('DELETE FROM {schema}."apiToken" WHERE "expiresAt" < $1', [new Date(clock.now())]);
      await sql(
        'INSERT INTO {schema}."apiToken" ("id", "userId", "tokenHash", "name", "madeByAdmin", "expiresAt") VALUES ($1, $2, $3, $4, true, $5)',
        [id, user.id, tokenHash(token), 'Made with the admin secret', expiresAt],
      );
      await audit(sql, new Date(clock.now()), { action: 'api-token-created', ...actorOf(caller), domainId, subject: id });
    });
    return { token };
  };
