import type { Handler } from '@takaro/bus';
import type { regenerateRegistrationToken } from '@takaro/contracts/tenancy/domains';
import { registrationTokenRegenerated } from '@takaro/contracts/tenancy/events';
import { actorOf, audit } from '../audit.ts';
import { newRegistrationToken } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';
import { eventOf } from '../told.ts';

export const handleRegenerateRegistrationToken =
  ({ db, clock }: Tenancy): Handler<typeof regenerateRegistrationToken> =>
  async (_input, caller) => {
    const { domainId } = caller;
    await db.transaction(domainId, async (tx) => {
      await tx.sql('UPDATE {platform}."domain" SET "serverRegistrationToken" = $2, "updatedAt" = now() WHERE "id" = $1', [
        domainId,
        newRegistrationToken(),
      ]);
      await audit(tx.sql, new Date(clock.now()), { action: 'registration-token-regenerated', ...actorOf(caller), domainId });
      await tx.tell(eventOf(registrationTokenRegenerated, {}, { domainId, caller, clock }));
    });
    return {};
  };
