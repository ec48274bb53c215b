import type { Handler } from '@takaro/bus';
import type { getDomainRoles } from '@takaro/contracts/tenancy/internal';
import { storedRoles } from '../role.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetDomainRoles =
  ({ db }: Tenancy): Handler<typeof getDomainRoles> =>
  async (_input, { domainId }) => ({ roles: await storedRoles(db, domainId) });
