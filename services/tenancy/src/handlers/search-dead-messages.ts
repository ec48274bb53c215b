import type { Handler } from '@takaro/bus';
import type { searchDeadMessages } from '@takaro/contracts/tenancy/dead-messages';
import type { Tenancy } from '../tenancy.ts';

export const handleSearchDeadMessages =
  ({ dead }: Tenancy): Handler<typeof searchDeadMessages> =>
  ({ domainId, stream, after = 0, limit = 20 }) =>
    dead.list({ domainId, stream, after, limit });
