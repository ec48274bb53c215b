import { publishEvent } from '@takaro/bus';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import type { Parts } from './parts.ts';

/** A stream that did not acknowledge by then is given up for the outbox; usually it takes less than a millisecond. */
const PATIENCE_MS = 1_000;

/**
 * Tells an event that goes with no row of ours: the stream's acknowledgement says as much as a commit of the outbox would, and comes
 * sooner. What the stream does not take goes by the outbox. It may go both ways: the id is the same, so it is one event.
 */
export async function tellSoon({ context: { bus }, db }: Pick<Parts, 'context' | 'db'>, event: EventEnvelope): Promise<void> {
  const { promise: outOfPatience, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE_MS);
  const published = publishEvent(bus, event).then(
    () => true,
    (error: unknown) => {
      bus.log.warn({ domainId: event.domainId, name: event.name, err: error }, 'an event was not taken by its stream');
      return false;
    },
  );
  const isStored = await Promise.race([published, outOfPatience]);
  clearTimeout(timer);
  if (!isStored) await db.transaction(event.domainId, (tx) => tx.tell(event));
}
