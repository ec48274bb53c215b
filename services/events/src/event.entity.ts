import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { StoredEventName } from '@takaro/contracts/events/names';
import { rowProperties } from '@takaro/tenant-db';

/** A stored event as searches read it. It is written in batches by plain SQL. */
export const EventEntity = defineEntity({
  name: 'Event',
  tableName: 'event',
  schema: '*',
  properties: {
    ...rowProperties,
    eventName: p.text().$type<StoredEventName>(),
    moduleId: p.uuid().nullable(),
    playerId: p.uuid().nullable(),
    userId: p.uuid().nullable(),
    gameserverId: p.uuid().nullable(),
    actingUserId: p.uuid().nullable(),
    actingModuleId: p.uuid().nullable(),
    /** Of `*-executed` events: what was executed, and how it ended. */
    componentId: p.uuid().nullable().hidden(),
    success: p.boolean().nullable().hidden(),
    meta: p.json<Record<string, unknown>>().nullable(),
  },
});
export type EventEntity = InferEntity<typeof EventEntity>;
