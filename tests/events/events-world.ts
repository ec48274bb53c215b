import { jetstreamManager } from '@nats-io/jetstream';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { deadSubject, eventSubject } from '@takaro/contracts/subjects';
import { startEventsProcess } from '@takaro/events/service';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';

export const startEventsUnderTest = (world: World): Promise<unknown> => world.start('events', startEventsProcess);

export const envelope = (domain: TestDomain, event: Partial<EventEnvelope> = {}): EventEnvelope =>
  bareEvent({
    name: 'chat-message',
    domainId: domain.id,
    meta: { msg: 'x', channel: 'global' },
    ...event,
  });

/** Puts events into the stream as players does; each time anew, as if the stream's own window for duplicates were long over. */
export async function tell(world: World, events: readonly EventEnvelope[]): Promise<void> {
  const bus = await world.busFor('players');
  await Promise.all(
    events.map((event) => bus.publish(eventSubject(event.domainId, event.gameServerId, event.name), event, { msgId: newId() })),
  );
}

export const countRows = async (world: World, domain: TestDomain): Promise<number> => {
  const [row] = await world.adminSql<{ count: string }>(`select count(*) from "domain_${domain.id}"."event"`);
  return Number(row?.count);
};

/** How many messages of the domain were given up on. */
export async function countDead(world: World, domain: TestDomain): Promise<number> {
  const { streams } = await jetstreamManager(await world.natsFor('setup'));
  const { state } = await streams.info('DEAD', { subjects_filter: deadSubject(domain.id, 'EVENTS') });
  return state.subjects?.[deadSubject(domain.id, 'EVENTS')] ?? 0;
}
