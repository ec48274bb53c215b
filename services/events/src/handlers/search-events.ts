import type { Handler } from '@takaro/bus';
import type { searchEvents } from '@takaro/contracts/events/rest';
import type { TenantDb } from '@takaro/tenant-db';
import { eventPage } from '../event-page.ts';

export const handleSearchEvents =
  (db: TenantDb): Handler<typeof searchEvents> =>
  (input, { domainId }) =>
    eventPage(db, domainId, input);
