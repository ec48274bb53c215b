import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getEvent } from '@takaro/contracts/events/rest';
import type { TenantDb } from '@takaro/tenant-db';
import { eventOutput } from '../event-output.ts';
import { EventEntity } from '../event.entity.ts';

export const handleGetEvent =
  (db: TenantDb): Handler<typeof getEvent> =>
  async ({ id }, { domainId }) => {
    const em = await db.em(domainId);
    const event = await em.findOne(EventEntity, { id });
    if (!event) throw new ServiceError('EVENT_NOT_FOUND', { params: { id } });
    return eventOutput(event);
  };
