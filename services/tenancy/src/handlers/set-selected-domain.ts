import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { setSelectedDomain } from '@takaro/contracts/tenancy/selected-domain';
import type { Tenancy } from '../tenancy.ts';

interface Choice {
  readonly exists: boolean;
  readonly opens: boolean;
}

/** The cookie is the gateway's to set. What the password of this domain opens as well may be chosen. */
export const handleSetSelectedDomain =
  ({ db }: Tenancy): Handler<typeof setSelectedDomain> =>
  async ({ domainId: chosen }, { domainId, claims }) => {
    const [choice] = await db.platformSql<Choice>(
      `SELECT EXISTS (SELECT FROM {platform}."domain" WHERE "id" = $1 AND "provisioningStep" = 'READY') AS "exists",
              EXISTS (SELECT FROM {platform}."membership" here JOIN {platform}."membership" m ON m."identityId" = here."identityId"
                 AND (m."domainId" = here."domainId" OR m."passwordHash" = here."passwordHash")
                WHERE here."domainId" = $2 AND here."userId" = $3 AND m."domainId" = $1) AS "opens"`,
      [chosen, domainId, claims?.subject ?? null],
    );
    if (choice?.exists !== true) throw new ServiceError('DOMAIN_HINT_UNKNOWN');
    if (!choice.opens) throw new ServiceError('UNAUTHENTICATED');
    return {};
  };
