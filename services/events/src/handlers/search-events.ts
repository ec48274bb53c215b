import type { Handler } from '@takaro/bus';
import type { searchEvents } from '@takaro/contracts/events/rest';
import { searchPage, type TenantDb } from '@takaro/tenant-db';
import { eventOutput } from '../event-output.ts';
import { EventEntity } from '../event.entity.ts';

export const handleSearchEvents =
  (db: TenantDb): Handler<typeof searchEvents> =>
  async (input, { domainId }) => {
    const { rows, ...page } = await searchPage(await db.em(domainId), EventEntity, input);
    return { ...page, rows: rows.map(eventOutput) };
  };
