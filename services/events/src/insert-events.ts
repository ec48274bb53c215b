import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { storable, type TenantDb } from '@takaro/tenant-db';
import { executionOf } from './execution-of.ts';

const INSERT = `
  insert into {schema}."event"
    ("id", "eventName", "moduleId", "playerId", "userId", "gameserverId", "actingUserId", "actingModuleId", "meta", "createdAt", "updatedAt",
    "componentId", "success")
  select e."id", e."name", e."moduleId", e."playerId", e."userId", e."gameServerId", e."actingUserId", e."actingModuleId", e."meta",
    e."occurredAt", e."occurredAt", e."componentId", e."success"
  from jsonb_to_recordset($1::jsonb) as e("id" uuid, "name" text, "moduleId" uuid, "playerId" uuid, "userId" uuid, "gameServerId" uuid,
    "actingUserId" uuid, "actingModuleId" uuid, "meta" jsonb, "occurredAt" timestamptz,
    "componentId" uuid, "success" boolean)
  on conflict ("id") do nothing`;

/** One statement for all; an event that is there already stays as it is. */
export const insertEvents = (db: TenantDb, domainId: string, events: readonly EventEnvelope[]): Promise<unknown[]> =>
  db.sql(domainId, INSERT, [JSON.stringify(events.map(rowOf))]);

/** Without who is behind it, which only matching needs. */
const rowOf = ({ player: _player, pog: _pog, meta, ...event }: EventEnvelope) => ({
  ...event,
  meta: storable(metaOf(meta)),
  ...executionOf(event.name, meta),
});

/** The published API shows null where an event says nothing but when it happened. */
function metaOf(meta: EventEnvelope['meta']): EventEnvelope['meta'] {
  const says = meta === null ? [] : Object.keys(meta).filter((key) => key !== 'timestamp');
  return says.length === 0 ? null : meta;
}
