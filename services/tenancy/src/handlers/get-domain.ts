import type { Handler } from '@takaro/bus';
import type { getDomain } from '@takaro/contracts/tenancy/domains';
import { showDomain } from '../domain.entity.ts';
import { findDomain } from '../domain.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetDomain =
  ({ db }: Tenancy): Handler<typeof getDomain> =>
  async ({ id }) =>
    showDomain(await findDomain(db, id), { withToken: true });
