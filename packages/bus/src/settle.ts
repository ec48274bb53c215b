import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCode, ERRORS, ServiceError } from '@takaro/contracts/errors';
import { LIMITS } from '@takaro/contracts/limits';
import { deadSubject } from '@takaro/contracts/subjects';
import { validate } from '@takaro/contracts/validate';
import type { Item } from './batch.ts';
import type { InnerBus } from './bus.ts';
import type { ConsumeOptions, Handling } from './consume.ts';
import { withTrace } from './trace.ts';
import { HEADERS } from './wire.ts';

/** Waits between tries in place. Together with the redeliveries after a crash they make `LIMITS.deliveries` tries. */
const RETRY_DELAYS_MS = [100, 500, 2_000, 5_000];
/** While a part of the system is away no message is at fault: it is tried this often, for as long as that lasts. */
const OUTAGE_DELAY_MS = 1_000;
/** One that is not answered in time has more tries: whoever is asked may have a crowd to answer, after a restart of everything. */
const LATE_DELAYS_MS = [...RETRY_DELAYS_MS, 10_000, 15_000, 15_000, 15_000, 15_000];

/** Handles one message to its end, parked in DEAD or not. False where it is left to the next reader of its lane. Never rejects. */
export async function settle<T>(bus: InnerBus, options: ConsumeOptions<T>, handling: Handling): Promise<boolean> {
  try {
    return await withTrace(traceOf(handling), () => tryUntilDone(bus, options, handling));
  } catch (error) {
    return unsettled(bus, handling, error);
  }
}

/** The same for several that travelled as one, together. False where that fails, or is not to be done: then each is to be settled by itself. */
export async function settleTogether<T>(bus: InnerBus, options: ConsumeOptions<T>, handlings: readonly Handling[]): Promise<boolean> {
  const [first] = handlings;
  const { reactTogether } = options;
  if (!first || !reactTogether) return false;
  const { domainId, subject, signal } = first.delivery;
  for (;;) {
    try {
      const messages = handlings.map(({ item, delivery }) => ({ payload: read(options, item), delivery }));
      await withTrace(traceOf(first), () => reactTogether(messages));
      return true;
    } catch (error) {
      bus.log.warn({ domainId, subject, err: error }, 'messages failed together');
      // What comes of them goes out under the same id, then.
      if (codeOf(error) !== 'UNAVAILABLE' || !(await waited(OUTAGE_DELAY_MS, signal))) return false;
    }
  }
}

const codeOf = (error: unknown): ErrorCode => (error instanceof ServiceError ? error.code : 'INTERNAL');

/** Neither handled nor parked: the stream delivers it again after its ack wait. */
export function unsettled(bus: InnerBus, { delivery }: Handling, error: unknown): false {
  bus.log.error({ domainId: delivery.domainId, subject: delivery.subject, err: error }, 'message left unsettled');
  return false;
}

const traceOf = ({ held }: Handling): string | undefined => held.message.headers?.get(HEADERS.trace);

async function tryUntilDone<T>(bus: InnerBus, options: ConsumeOptions<T>, handling: Handling): Promise<boolean> {
  const { item, delivery } = handling;
  if (delivery.deliveries > LIMITS.deliveries) return park(bus, options, handling, { code: 'CRASHED', cause: 'delivered too often' });
  for (let turn = delivery.deliveries; ; turn += 1) {
    try {
      await options.react(read(options, item), delivery);
      return true;
    } catch (error) {
      const code = codeOf(error);
      bus.log.warn({ domainId: delivery.domainId, subject: delivery.subject, code, turn, err: error }, 'message failed');
      const isOutage = code === 'UNAVAILABLE';
      const delaysMs = code === 'DEADLINE_EXCEEDED' ? (options.lateDelaysMs ?? LATE_DELAYS_MS) : RETRY_DELAYS_MS;
      // Who reacts asks with tokens of its own: one that is refused tells of clocks or keys that changed, not of the message.
      const mayHeal = ERRORS[code].retry || code === 'TOKEN_REFUSED';
      const isLast = !mayHeal || (turn > delaysMs.length && !isOutage);
      if (isLast) return park(bus, options, handling, { code, cause: String(error) });
      const waitMs = isOutage ? OUTAGE_DELAY_MS : (delaysMs[turn - 1] ?? 5_000);
      if (!(await waited(waitMs, delivery.signal))) return false;
    }
  }
}

const read = <T>({ schema }: ConsumeOptions<T>, item: Item): T => validate<T>(schema, parse(item));

function parse(item: Item): unknown {
  try {
    return item.json();
  } catch (error) {
    throw new ServiceError('INVALID_MESSAGE', { cause: error });
  }
}

const waited = (waitMs: number, signal: AbortSignal): Promise<boolean> => delay(waitMs, true, { signal }).catch(() => false);

/** Puts a message where operators find it, with its error, and takes it out of the way of the others. */
async function park<T>(
  bus: InnerBus,
  { stream }: ConsumeOptions<T>,
  { held, item, delivery }: Handling,
  error: { code: string; cause: string },
): Promise<true> {
  const { subject, domainId, streamSeq, streamEpoch, index } = delivery;
  const { consumer, streamSequence, deliveryCount } = held.message.info;
  const about = {
    stream,
    consumer,
    subject,
    streamSequence: streamSeq,
    streamEpoch,
    ...(index > 0 && { index }),
    deliveryCount,
    error: { ...error, cause: cut(error.cause, 1_000) },
  };
  await bus.publish(
    deadSubject(domainId, stream),
    { ...about, ...parkable(item.text()) },
    { msgId: `${stream}-${consumer}-${streamSequence}${item.index > 0 ? `-${item.index}` : ''}` },
  );
  bus.log.error({ domainId, subject, ...error }, 'message parked');
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
