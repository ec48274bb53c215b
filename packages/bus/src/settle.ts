import { setTimeout as delay } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import { ERRORS, ServiceError } from '@takaro/contracts/errors';
import { LIMITS } from '@takaro/contracts/limits';
import { deadSubject } from '@takaro/contracts/subjects';
import { validate } from '@takaro/contracts/validate';
import type { InnerBus } from './bus.ts';
import type { ConsumeOptions, Handling } from './consume.ts';
import { withTrace } from './trace.ts';
import { HEADERS } from './wire.ts';

/** Waits between tries in place. Together with the redeliveries after a crash they make `LIMITS.deliveries` tries. */
const RETRY_DELAYS_MS = [100, 500, 2_000, 5_000];
/** While a part of the system is away no message is at fault: it is tried this often, for as long as that lasts. */
const OUTAGE_DELAY_MS = 1_000;

/** Handles one message to its end, parked in DEAD or not. False where it is left to the next reader of its lane. Never rejects. */
export async function settle<T>(bus: InnerBus, options: ConsumeOptions<T>, handling: Handling): Promise<boolean> {
  const { held, delivery } = handling;
  try {
    return await withTrace(held.message.headers?.get(HEADERS.trace), () => tryUntilDone(bus, options, handling));
  } catch (error) {
    // Neither handled nor parked: the stream delivers it again after its ack wait.
    bus.log.error({ domainId: delivery.domainId, subject: delivery.subject, err: error }, 'message left unsettled');
    return false;
  }
}

async function tryUntilDone<T>(bus: InnerBus, options: ConsumeOptions<T>, handling: Handling): Promise<boolean> {
  const { held, delivery } = handling;
  if (delivery.deliveries > LIMITS.deliveries) return park(bus, options, handling, { code: 'CRASHED', cause: 'delivered too often' });
  for (let turn = delivery.deliveries; ; turn += 1) {
    try {
      await options.react(validate<T>(options.schema, parse(held.message)), delivery);
      return true;
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : 'INTERNAL';
      bus.log.warn({ domainId: delivery.domainId, subject: delivery.subject, code, turn, err: error }, 'message failed');
      const isOutage = code === 'UNAVAILABLE';
      // Who reacts asks with tokens of its own: one that is refused tells of clocks or keys that changed, not of the message.
      const mayHeal = ERRORS[code].retry || code === 'TOKEN_REFUSED';
      const isLast = !mayHeal || (turn >= LIMITS.deliveries && !isOutage);
      if (isLast) return park(bus, options, handling, { code, cause: String(error) });
      const waitMs = isOutage ? OUTAGE_DELAY_MS : (RETRY_DELAYS_MS[turn - 1] ?? 5_000);
      if (!(await waited(waitMs, delivery.signal))) return false;
    }
  }
}

function parse(message: JsMsg): unknown {
  try {
    return message.json();
  } catch (error) {
    throw new ServiceError('INVALID_MESSAGE', { cause: error });
  }
}

const waited = (waitMs: number, signal: AbortSignal): Promise<boolean> => delay(waitMs, true, { signal }).catch(() => false);

/** Puts a message where operators find it, with its error, and takes it out of the way of the others. */
async function park<T>(
  bus: InnerBus,
  { stream }: ConsumeOptions<T>,
  { held, delivery }: Handling,
  error: { code: string; cause: string },
): Promise<true> {
  const { message } = held;
  const [, domainId = ''] = message.subject.split('.');
  const { consumer, streamSequence, deliveryCount } = message.info;
  const about = {
    stream,
    consumer,
    subject: message.subject,
    streamSequence: delivery.streamSeq,
    streamEpoch: delivery.streamEpoch,
    deliveryCount,
    error: { ...error, cause: cut(error.cause, 1_000) },
  };
  await bus.publish(
    deadSubject(domainId, stream),
    { ...about, ...parkable(message.string()) },
    { msgId: `${stream}-${consumer}-${streamSequence}` },
  );
  bus.log.error({ domainId, subject: message.subject, ...error }, 'message parked');
  return true;
}

/** With what is said about it, and escaped as a text in JSON, a payload near the limit of a message would not fit into one. */
const PARKED_BYTES = LIMITS.streamMessageBytes - 8_192;

const cut = (text: string, chars: number): string => text.slice(0, chars);

function parkable(payload: string): { payload: string; truncated?: true } {
  if (Buffer.byteLength(JSON.stringify(payload)) <= PARKED_BYTES) return { payload };
  // A character takes six bytes at most (\u0000).
  return { payload: cut(payload, Math.floor(PARKED_BYTES / 6)), truncated: true };
}
