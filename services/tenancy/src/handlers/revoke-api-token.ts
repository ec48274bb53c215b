import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { revokeApiToken } from '@takaro/contracts/tenancy/api-tokens';
import { managesUsers } from '../api-token.ts';
import { actorOf, audit } from '../audit.ts';
import type { Tenancy } from '../tenancy.ts';

/** With it go the tokens that were made by means of it. */
export const handleRevokeApiToken =
  ({ db, clock }: Tenancy): Handler<typeof revokeApiToken> =>
  async ({ id }, caller) => {
    const { domainId, claims } = caller;
    await db.transaction(domainId, async ({ sql }) => {
      const revoked = await sql('DELETE FROM {schema}."apiToken" WHERE "id" = $1 AND ($2 OR "userId" = $3) RETURNING "id"', [
        id,
        managesUsers(claims),
        claims?.subject ?? null,
      ]);
      if (revoked.length === 0) throw new ServiceError('API_TOKEN_NOT_FOUND', { params: { id } });
      await audit(sql, new Date(clock.now()), { action: 'api-token-revoked', ...actorOf(caller), domainId, subject: id });
    });
    return {};
  };
