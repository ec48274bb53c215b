import type { Handler } from '@takaro/bus';
import type { searchComponentEvents } from '@takaro/contracts/events/internal';
import type { TenantDb } from '@takaro/tenant-db';
import { eventPage } from '../event-page.ts';

export const handleSearchComponentEvents =
  (db: TenantDb): Handler<typeof searchComponentEvents> =>
  ({ componentId, success, search }, { domainId }) =>
    eventPage(db, domainId, search, { componentId, ...(success !== undefined && { success }) });
