import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { storedEventOf } from '@takaro/contracts/events/stored-event';
import { storable, type Tx } from '@takaro/tenant-db';
import { executionOf } from './execution-of.ts';

const INSERT = `
  insert into {schema}."event"
    ("id", "eventName", "moduleId", "playerId", "userId", "gameserverId", "actingUserId", "actingModuleId", "meta", "createdAt", "updatedAt",
    "componentId", "success")
  select "id", "eventName", "moduleId", "playerId", "userId", "gameserverId", "actingUserId", "actingModuleId", "meta", "createdAt", "updatedAt",
    "componentId", "success"
  from jsonb_to_recordset($1::jsonb) as e("id" uuid, "eventName" text, "moduleId" uuid, "playerId" uuid, "userId" uuid, "gameserverId" uuid,
    "actingUserId" uuid, "actingModuleId" uuid, "meta" jsonb, "createdAt" timestamptz, "updatedAt" timestamptz, "componentId" uuid,
    "success" boolean)
  on conflict ("id") do nothing`;

/** One statement for all; an event that is there already stays as it is, and what passes by is let pass. */
export async function insertEvents(sql: Tx['sql'], events: readonly EventEnvelope[]): Promise<void> {
  await sql(INSERT, [JSON.stringify(events.map(rowOf).filter((row) => row !== null))]);
}

/** Without who is behind it, which only matching needs. */
function rowOf(event: EventEnvelope) {
  const stored = storedEventOf(event);
  return stored && { ...stored, meta: storable(stored.meta), ...executionOf(event.name, event.meta) };
}
