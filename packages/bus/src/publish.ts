import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamClient } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { LIMITS } from '@takaro/contracts/limits';
import { eventSubject } from '@takaro/contracts/subjects';
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
}

export async function publishTo(
  subject: string,
  payload: unknown,
  { js, link, msgId, once }: Publication,
): Promise<{ seq: number; duplicate: boolean }> {
  const text = JSON.stringify(payload);
  // No stream will ever take it: that must not look like an outage.
  if (Buffer.byteLength(text) > PAYLOAD_BYTES) throw new ServiceError('INVALID_MESSAGE', { cause: new Error(`too large for ${subject}`) });
  const sent = headers();
  sent.set(HEADERS.trace, traceparent());
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

/** Tells a fact to everybody. Its id makes it one fact, however often it is published. @throws ServiceError UNAVAILABLE, INVALID_MESSAGE */
export async function publishEvent(bus: Bus, event: EventEnvelope): Promise<void> {
  await bus.publish(eventSubject(event.domainId, event.gameServerId, event.name), event, { msgId: event.id });
}
