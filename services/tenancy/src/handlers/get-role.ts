import type { Handler } from '@takaro/bus';
import type { getRole } from '@takaro/contracts/tenancy/roles';
import type { Tenancy } from '../tenancy.ts';
import { shownRole } from '../write-role.ts';

export const handleGetRole =
  ({ db }: Tenancy): Handler<typeof getRole> =>
  async ({ id }, { domainId }) =>
    shownRole(db, domainId, id);
