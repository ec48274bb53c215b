import type { Handler } from '@takaro/bus';
import type { searchFailedFunctions } from '@takaro/contracts/events/rest';
import type { TenantDb } from '@takaro/tenant-db';
import { eventPage } from '../event-page.ts';

export const handleSearchFailedFunctions =
  (db: TenantDb): Handler<typeof searchFailedFunctions> =>
  (input, { domainId }) =>
    eventPage(db, domainId, input, { success: false });
