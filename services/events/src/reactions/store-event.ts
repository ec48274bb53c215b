import type { Delivery } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { STORED_EVENT_NAMES } from '@takaro/contracts/events/names';
import type { EventBatches } from '../event-batches.ts';

const STORED: ReadonlySet<string> = new Set(STORED_EVENT_NAMES);

/** Keeps an event for ever after: done when it is committed. Events that pass by are let pass. */
export const storeEvent =
  (batches: EventBatches) =>
  async (event: EventEnvelope, delivery: Delivery): Promise<void> => {
    if (event.domainId !== delivery.domainId) throw new ServiceError('INVALID_MESSAGE');
    if (STORED.has(event.name)) await batches.store(event);
  };
