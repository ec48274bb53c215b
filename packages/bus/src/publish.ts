import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamClient } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId } from '@takaro/contracts/ids';
import { LIMITS } from '@takaro/contracts/limits';
import { eventSubject } from '@takaro/contracts/subjects';
import { batchOf, type Publishable } from './batch.ts';
import type { Bus } from './bus.ts';
import type { Link } from './link.ts';
import { traceparent } from './trace.ts';
import { HEADERS } from './wire.ts';

/** A publish is tried again with the same id, which the stream's dedupe window makes harmless. */
const RETRY_DELAYS_MS = [100, 500];

/** What a stream takes, less the headers. */
const PAYLOAD_BYTES = LIMITS.streamMessageBytes - 1_024;

interface Publication {
  readonly js: JetStreamClient;
  readonly link: Link;
  readonly msgId: string;
  readonly once: boolean;
  /** Several that travel as one. */
  readonly isBatch?: boolean;
}

export async function publishTo(
  subject: string,
  payload: unknown,
  { js, link, msgId, once, isBatch = false }: Publication,
): Promise<{ seq: number; duplicate: boolean }> {
  const text = JSON.stringify(payload);
  // No stream will ever take it: that must not look like an outage.
  if (Buffer.byteLength(text) > PAYLOAD_BYTES) throw new ServiceError('INVALID_MESSAGE', { cause: new Error(`too large for ${subject}`) });
  const sent = headers();
  sent.set(HEADERS.trace, traceparent());
  if (isBatch) sent.set(HEADERS.batch, '1');
  for (let turn = 0; ; turn += 1) {
    try {
      const { seq, duplicate } = await link.within(() => js.publish(subject, text, { msgID: msgId, headers: sent }));
      return { seq, duplicate };
    } catch (error) {
      const waitMs = once ? undefined : RETRY_DELAYS_MS[turn];
      if (waitMs === undefined) throw new ServiceError('UNAVAILABLE', { cause: error });
      await delay(waitMs);
    }
  }
}

/** Several as one, where they are several. */
export async function publishTogether(messages: readonly Publishable[], publication: Publication): Promise<void> {
  const [alone] = messages;
  if (!alone) return;
  const isBatch = messages.length > 1;
  const { subject, payload } = isBatch ? batchOf(messages) : alone;
  await publishTo(subject, payload, { ...publication, isBatch });
}

/** Tells a fact to everybody. Its id makes it one fact, however often it is published. @throws ServiceError UNAVAILABLE, INVALID_MESSAGE */
export async function publishEvent(bus: Bus, event: EventEnvelope): Promise<void> {
  await bus.publish(eventSubject(event.domainId, event.gameServerId, event.name), event, { msgId: event.id });
}

/** The same of several of one game server, which travel as one, or as few as they fit into. @throws ServiceError UNAVAILABLE, INVALID_MESSAGE */
export async function publishEvents(bus: Bus, events: readonly EventEnvelope[]): Promise<void> {
  const messages = events.map((event) => ({ subject: eventSubject(event.domainId, event.gameServerId, event.name), payload: event }));
  const [alone] = events;
  try {
    await bus.publishTogether(messages, { msgId: alone && events.length === 1 ? alone.id : deriveId(...events.map(({ id }) => id)) });
  } catch (error) {
    const isTooLarge = error instanceof ServiceError && error.code === 'INVALID_MESSAGE';
    if (!isTooLarge || events.length < 2) throw error;
    const middle = Math.ceil(events.length / 2);
    await publishEvents(bus, events.slice(0, middle));
    await publishEvents(bus, events.slice(middle));
  }
}
