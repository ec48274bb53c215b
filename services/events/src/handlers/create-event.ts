import type { Caller, Handler } from '@takaro/bus';
import { ALL_EVENTS } from '@takaro/contracts/all';
import { ServiceError } from '@takaro/contracts/errors';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import type { createEvent } from '@takaro/contracts/events/rest';
import { storedEventOf } from '@takaro/contracts/events/stored-event';
import { LIMITS } from '@takaro/contracts/limits';
import { validate } from '@takaro/contracts/validate';
import type { Clock } from '@takaro/process';
import { storable, type TenantDb } from '@takaro/tenant-db';
import { Type, type TSchema } from 'typebox';
import { insertEvents } from '../insert-events.ts';
import type { RetentionEntries } from '../retention.ts';

type Input = Parameters<Handler<typeof createEvent>>[0];
type Meta = NonNullable<EventEnvelope['meta']>;

/** An event travels in one message, with what its envelope says besides. */
const META_BYTES = LIMITS.streamMessageBytes / 2;

interface Parts {
  readonly db: TenantDb;
  readonly clock: Clock;
  readonly entries: RetentionEntries;
}

/** In the history when it answers, and told to hooks and the live feed like any other. When it comes round it is there already. */
export const handleCreateEvent =
  ({ db, clock, entries }: Parts): Handler<typeof createEvent> =>
  async (input, caller) => {
    const event = eventOf(input, caller, new Date(clock.now()).toISOString());
    const stored = storedEventOf(event);
    if (!stored) throw new Error(`${event.name} is not stored`);
    await entries.ensure(caller.domainId);
    await db.transaction(caller.domainId, async (tx) => {
      await insertEvents(tx.sql, [event]);
      await tx.tell(event);
    });
    return stored;
  };

function eventOf({ eventName, gameserverId, meta = {}, ...named }: Input, { domainId, claims }: Caller, occurredAt: string): EventEnvelope {
  return bareEvent({
    name: eventName,
    domainId,
    occurredAt,
    gameServerId: gameserverId ?? null,
    playerId: named.playerId ?? null,
    moduleId: named.moduleId ?? null,
    userId: named.userId ?? null,
    actingUserId: claims?.kind === 'user' ? claims.subject : null,
    actingModuleId: claims?.moduleId ?? null,
    meta: { ...metaOf(eventName, meta), timestamp: occurredAt },
    depth: claims?.depth === undefined ? 0 : claims.depth + 1,
    byHand: true,
  });
}

/** With the name of the property, so that a finding says `meta.msg`. */
const SHAPES: ReadonlyMap<string, TSchema> = new Map(ALL_EVENTS.map(({ name, meta }) => [name, Type.Object({ meta })]));

/** @throws ServiceError META_INVALID */
function metaOf(eventName: string, said: Meta): Meta {
  const shape = SHAPES.get(eventName);
  try {
    if (shape) validate(shape, { meta: said });
  } catch (error) {
    throw new ServiceError('META_INVALID', { cause: error, details: error instanceof ServiceError ? error.details : undefined });
  }
  if (Buffer.byteLength(JSON.stringify(said)) <= META_BYTES) return storable(said);
  const maxLength = `meta must not be longer than ${META_BYTES} bytes`;
  throw new ServiceError('META_INVALID', { details: [{ property: 'meta', constraints: { maxLength } }] });
}
