import type { Handler } from '@takaro/bus';
import type { resolveRegistrationToken } from '@takaro/contracts/tenancy/domains';
import { showDomain } from '../domain.entity.ts';
import { findDomainByRegistrationToken } from '../domain.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleResolveRegistrationToken =
  ({ db }: Tenancy): Handler<typeof resolveRegistrationToken> =>
  async ({ registrationToken }) =>
    showDomain(await findDomainByRegistrationToken(db, registrationToken), { withToken: true });
