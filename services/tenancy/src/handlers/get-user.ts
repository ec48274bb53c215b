import type { Handler } from '@takaro/bus';
import type { getUser } from '@takaro/contracts/tenancy/users';
import { shownUser } from '../shown-users.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetUser =
  (tenancy: Tenancy): Handler<typeof getUser> =>
  async ({ id }, { domainId }) =>
    shownUser(tenancy, domainId, id);
