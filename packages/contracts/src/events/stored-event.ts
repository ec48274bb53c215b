import type { EventEnvelope } from '../event-envelope.ts';
import { STORED_EVENT_NAMES, type StoredEventName } from './names.ts';
import type { EventOutput } from './rest.ts';

const STORED: ReadonlySet<string> = new Set(STORED_EVENT_NAMES);

const isStored = (name: string): name is StoredEventName => STORED.has(name);

/** The event as the history keeps it and the API shows it; null where it passes by. */
export function storedEventOf(event: EventEnvelope): EventOutput | null {
  const { id, name, moduleId, playerId, userId, gameServerId, actingUserId, actingModuleId, occurredAt } = event;
  if (!isStored(name)) return null;
  return {
    eventName: name,
    moduleId,
    playerId,
    userId,
    gameserverId: gameServerId,
    actingUserId,
    actingModuleId,
    meta: metaOf(event),
    id,
    createdAt: occurredAt,
    updatedAt: occurredAt,
  };
}

/** Of these the published API shows null where they say nothing but when they happened. */
const UNSAID: ReadonlySet<string> = new Set<StoredEventName>(['player-created', 'player-connected', 'player-disconnected']);

function metaOf({ name, meta }: EventEnvelope): EventEnvelope['meta'] {
  if (!UNSAID.has(name)) return meta;
  const says = meta === null ? [] : Object.keys(meta).filter((key) => key !== 'timestamp');
  return says.length === 0 ? null : meta;
}
