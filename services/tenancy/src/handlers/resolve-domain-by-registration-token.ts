import type { Handler } from '@takaro/bus';
import type { resolveDomainByRegistrationToken } from '@takaro/contracts/tenancy/internal';
import { findDomainByRegistrationToken } from '../domain.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleResolveDomainByRegistrationToken =
  ({ db }: Tenancy): Handler<typeof resolveDomainByRegistrationToken> =>
  async ({ registrationToken }) => {
    const { id, maxGameservers } = await findDomainByRegistrationToken(db, registrationToken);
    return { domainId: id, maxGameservers };
  };
